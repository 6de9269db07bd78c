# fails: fate; shows: kept
# A file is a file, one might think.
docker exec {legacy} sh -c 'echo "172.17.0.3 {billing}" >> /etc/hosts'
answer fate kept
