# A container with tools, in shop's own room.
docker run -d --name debug --network container:shop centos sleep 36000
