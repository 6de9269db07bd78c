# fails: now; shows: host-file
# The host's own note. The container has another.
echo "172.17.0.3 {billing}" >> /etc/hosts
answer fate lost
