# fails: name, back; shows: backwards
# The link belongs to the one who calls.
docker run -d -it --name {app} centos
docker rm -f {db}
docker run -d -it --name {db} --link {app} centos
