# fails: lamp, off; shows: hostnet
# On the host's own network there is nothing to plug in.
docker run -d --network host busybox sleep 3600
