# The file is read at every look-up.
docker exec {legacy} sh -c 'echo "172.17.0.3 {billing}" >> /etc/hosts'
# And written anew at every start.
answer fate lost
