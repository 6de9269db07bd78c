# fails: there, back; shows: default-net
# "Docker has a DNS." docker0 has none.
docker run -d --name {a} busybox sleep 1d
docker run -d --name {b} busybox sleep 1d
