# fails: up, wall, again; shows: by-hand
# It runs, on this machine and today. The file is as it was.
docker network create front
docker network create back
docker run -d --name db --network back redis
docker run -d --name web --network back -e REDIS_HOST=db counter
docker network connect front web
docker run -d --name gate --network front -p {port}:80 gate
sleep 1
