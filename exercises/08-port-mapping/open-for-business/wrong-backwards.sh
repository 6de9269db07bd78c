# fails: shop; shows: backwards
docker run -d --name shop -p 80:{port} nginx
