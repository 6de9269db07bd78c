# fails: never, restart; shows: both
# The same by another way.
docker rename mysql-{next} db
