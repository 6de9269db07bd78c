# fails: host; shows: internal
# A network without a way out. The host is on its bridge.
docker network create --internal --subnet 10.255.0.0/24 --gateway 10.255.0.254 secret
docker rm -f vault
docker run -d --name vault --network secret --ip 10.255.0.2 busybox sh -c 'mkdir /www; echo signed > /www/index.html; httpd -f -p {port} -h /www'
docker network connect secret signer
