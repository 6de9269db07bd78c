# A container that lives longer than its first breath brings a cable with it.
docker run -d busybox sleep 3600
