# fails: counts; shows: new-redis
# Makes both anew in the network. The number was in the old redis_one.
docker rm -f web redis_one
docker network create app
docker run -d --name redis_one --network app redis
docker run -d --name web --network app -e REDIS_HOST=redis_one -p {port}:5000 counter
sleep 1
