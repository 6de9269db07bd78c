# Any image will do. Without a terminal, its program has to stay by itself.
docker run -d --name {app} --link {db}:{db} busybox sleep 86400
