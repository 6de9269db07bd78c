# fails: port, reverse; shows: joined
# A leg over there is no hole, it is a door.
docker network connect red bb
