# fails: dns, counts, moved; shows: half
# web is in the network, and redis_one was left behind on docker0.
docker network create app
docker rm -f web
docker run -d --name web --network app -e REDIS_HOST=redis_one -p {port}:5000 counter
sleep 1
