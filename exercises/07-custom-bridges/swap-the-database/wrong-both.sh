# fails: never, restart; shows: both
# Names are not handed over: the new one has it, and the old one still has it, too.
docker network disconnect shop mysql-{next}
docker network connect --alias db shop mysql-{next}
