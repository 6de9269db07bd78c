# fails: app; shows: unpublished
docker rm -f cache
docker run -d --name cache redis
