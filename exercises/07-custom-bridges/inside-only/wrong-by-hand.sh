# fails: restart; shows: by-hand
# Without a default route it is quiet, until the next start.
docker network create vault
docker run -d --name {db} --network vault nginx
nsenter -t $(docker inspect -f '{{.State.Pid}}' {db}) -n ip route del default
docker run -d --name app --network vault busybox sleep 1d
answer host yes
