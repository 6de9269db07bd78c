# fails: same; shows: recreate
# This line would survive a restart. The container did not.
docker rm -f {legacy}
docker run -d --name {legacy} --add-host {billing}:172.17.0.3 centos sleep 86400
answer fate lost
