# fails: dns; shows: keep-link
# Both are in a network now. web reads its own file first, and there is the link's line still.
docker network create app
docker network connect app redis_one
docker network connect app web
