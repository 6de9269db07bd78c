# fails: now, same; shows: and-restart
# "You must restart it": and the edit is gone.
docker exec {legacy} sh -c 'echo "172.17.0.3 {billing}" >> /etc/hosts'
docker restart -t 0 {legacy}
answer fate lost
