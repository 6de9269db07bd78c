# fails: client; shows: loopback-door
# The two 127.0.0.1 have nothing to do with each other.
docker rm -f api
sed -i 's/-p {port}/-p 127.0.0.1:{port}/' api.sh
bash api.sh
