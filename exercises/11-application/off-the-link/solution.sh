# redis_one gets a second leg and never stops. web keeps nothing, so it may be made anew.
docker network create app
docker network connect app redis_one
docker rm -f web
docker run -d --name web --network app -e REDIS_HOST=redis_one -p {port}:5000 counter
sleep 1 # optional
