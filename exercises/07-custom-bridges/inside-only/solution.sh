docker network create --internal vault
docker run -d --name {db} --network vault nginx
# app has a leg in the room, and one outside, on docker0.
docker run -d --name app busybox sleep 1d
docker network connect vault app
# The host has a card in every network of its own.
answer host yes
