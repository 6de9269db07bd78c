# fails: host; shows: invisible
# "Internal hides it from everyone."
docker network create --internal vault
docker run -d --name {db} --network vault nginx
docker run -d --name app busybox sleep 1d
docker network connect vault app
answer host no
