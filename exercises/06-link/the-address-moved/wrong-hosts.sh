# fails: writes, leak; shows: hosts
# That file is right already, and {shop} does not read it.
answer culprit {thief}
docker exec {shop} sh -c 'echo "172.17.0.4 db" >> /etc/hosts'
