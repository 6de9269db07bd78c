# They may be running already: a second leg is enough, and with it the list.
docker run -d --name {a} busybox sleep 1d
docker run -d --name {b} busybox sleep 1d
docker network create pair
docker network connect pair {a}
docker network connect pair {b}
