# fails: there, back; shows: half
# A network has to be shared.
docker network create pair
docker run -d --name {a} --network pair busybox sleep 1d
docker run -d --name {b} busybox sleep 1d
