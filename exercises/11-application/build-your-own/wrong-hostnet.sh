# fails: serves, again, exposed; shows: hostnet
# On the host's network, with a server for everybody. -p is thrown away there.
docker rm -f site
docker run -d --name site --network host -p {port}:8000 site:{tag} httpd -f -p 8000 -h /www
sleep 1
