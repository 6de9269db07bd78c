# It has to listen where the door leads: at its own address, or at all of them.
docker rm -f api
sed -i s/BIND=127.0.0.1/BIND=0.0.0.0/ api.sh
bash api.sh
