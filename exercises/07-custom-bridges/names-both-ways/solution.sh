docker network create pair
docker run -d --name {a} --network pair busybox sleep 1d
docker run -d --name {b} --network pair busybox sleep 1d
