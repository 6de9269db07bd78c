# fails: cable, host, out; shows: flatmates
# One room for both: then vault has all that signer has.
docker rm -f vault
docker run -d --name vault --network container:signer busybox sh -c 'mkdir /www; echo signed > /www/index.html; httpd -f -p {port} -h /www'
