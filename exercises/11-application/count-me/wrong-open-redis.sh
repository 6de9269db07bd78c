# fails: redis; shows: open-redis
# Publishes the database, so that the application can reach it by the host's address.
docker rm -f redis_one
docker run -d --name redis_one --network app -p 6379:6379 redis
docker run -d --name web --network app -e REDIS_HOST=192.168.56.11 -p {port}:5000 counter
sleep 1
