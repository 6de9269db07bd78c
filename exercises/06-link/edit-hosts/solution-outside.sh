# The container's file lies on the host as well, in Docker's own folder.
echo "172.17.0.3 {billing}" >> $(docker inspect -f '{{.HostsPath}}' {legacy})
answer fate lost
