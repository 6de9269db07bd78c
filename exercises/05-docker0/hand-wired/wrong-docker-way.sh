# fails: records; shows: docker-way
# It works, and everybody can read of it in Docker's list.
docker network disconnect none {name}
docker network connect bridge {name}
