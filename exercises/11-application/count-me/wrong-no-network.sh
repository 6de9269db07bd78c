# fails: counts; shows: no-network
# It was told a name that nobody on docker0 knows.
docker run -d --name web -e REDIS_HOST=redis_one -p {port}:5000 counter
sleep 1
