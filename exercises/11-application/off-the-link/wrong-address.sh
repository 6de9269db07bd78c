# fails: moved; shows: address
# Tells web the address that redis_one has today.
docker network create app
docker network connect app redis_one
docker rm -f web
docker run -d --name web --network app -e REDIS_HOST=$(docker inspect -f '{{.NetworkSettings.Networks.app.IPAddress}}' redis_one) -p {port}:5000 counter
sleep 1
