# fails: app, restart; shows: add-host
# A new app, with the address of today in its file.
docker rm -f app
docker run -d --name app --network shop --add-host db:$(docker inspect -f '{{.NetworkSettings.Networks.shop.IPAddress}}' mysql-{next}) busybox sleep 1d
