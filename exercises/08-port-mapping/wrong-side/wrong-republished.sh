# fails: client; shows: republished
# Another number does not make anybody listen.
docker rm -f api
sed -i s/{port}:5000/{port}:{port}/ api.sh
bash api.sh
