# fails: same, records; shows: recreate
# A new container is not this one: whatever it was doing is gone.
docker rm -f {name}
docker run -d --name {name} centos sleep 86400
