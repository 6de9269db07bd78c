# fails: use, restart; shows: strangers
# Two networks, and no common one.
docker network create front
docker network create --internal vault
docker run -d --name {db} --network vault nginx
docker run -d --name app --network front busybox sleep 1d
answer host yes
