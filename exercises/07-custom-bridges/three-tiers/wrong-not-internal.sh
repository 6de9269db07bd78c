# fails: out, restart; shows: not-internal
docker network create back
docker network connect back db
docker network connect back {api}
docker network disconnect all db
