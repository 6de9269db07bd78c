# fails: name; shows: hope
# On docker0 nobody knows anybody's name.
docker run -d -it --name {app} centos
