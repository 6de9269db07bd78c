# A door at 127.0.0.1, and no other.
docker rm -f cache
docker run -d --name cache -p 127.0.0.1:{port}:6379 redis
