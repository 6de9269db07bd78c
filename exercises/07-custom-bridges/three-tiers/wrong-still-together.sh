# fails: name, address, out, restart; shows: still-together
# A second leg takes away none.
docker network create --internal back
docker network connect back db
docker network connect back {api}
