# fails: in, restart; shows: two-legs
# "connect" does not move anybody: the database keeps its leg on docker0.
docker network create --internal vault
docker run -d --name {db} nginx
docker network connect vault {db}
docker run -d --name app busybox sleep 1d
docker network connect vault app
answer host yes
