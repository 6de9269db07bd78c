# fails: shop; shows: loopback
docker run -d --name shop -p 127.0.0.1:{port}:80 nginx
