# fails: two, loose; shows: once-more
# More rights do not make a second port 80.
docker rm web2
docker run -d --name web2 --privileged --network host -p {port}:80 -v /srv/web2:/usr/share/nginx/html nginx
sleep 4
