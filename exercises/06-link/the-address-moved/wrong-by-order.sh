# fails: culprit; shows: by-order
# The newest one, says docker ps.
answer culprit $(docker ps --filter ancestor=redis --format '{{.Names}}' | head -1)
docker restart -t 0 {shop}
