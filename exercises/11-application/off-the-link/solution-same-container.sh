# The same web: it gets the new leg, loses its link and its old leg, and is started again, which rewrites its /etc/hosts.
docker network create app
docker network connect app redis_one
docker network connect app web
docker rm --link web/redis_one
docker network disconnect bridge web # optional
docker restart -t 0 web
sleep 1 # optional
