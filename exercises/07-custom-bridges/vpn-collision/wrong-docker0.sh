# fails: names; shows: docker0
docker network connect bridge {a}
docker network connect bridge {b}
docker network disconnect shop {a}
docker network disconnect shop {b}
docker network rm shop
