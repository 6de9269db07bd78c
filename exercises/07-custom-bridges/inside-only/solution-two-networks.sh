docker network create front
docker network create --internal back
docker run -d --name {db} --network back nginx
docker run -d --name app --network back busybox sleep 1d
docker network connect front app
answer host yes
