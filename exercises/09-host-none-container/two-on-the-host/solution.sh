# A room of its own, and a port of the host that leads into it.
docker rm web2
docker run -d --name web2 -p {port}:80 -v /srv/web2:/usr/share/nginx/html nginx
