# fails: lamp, off; shows: short-life
# A shell without a terminal has nothing to read, and ends.
docker run -d busybox
