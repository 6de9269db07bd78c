# fails: out, restart; shows: shut-in
docker network create --internal vault
docker run -d --name {db} --network vault nginx
docker run -d --name app --network vault busybox sleep 1d
answer host yes
