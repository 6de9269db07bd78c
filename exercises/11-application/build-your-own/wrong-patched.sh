# fails: again; shows: patched
# A second server in the running container: with the container it goes.
docker exec -d site httpd -f -p $(docker inspect -f '{{.NetworkSettings.IPAddress}}' site):8000 -h /www
sleep 1
