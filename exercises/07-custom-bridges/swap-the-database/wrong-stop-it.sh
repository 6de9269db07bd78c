# fails: rollback; shows: stopped
# Who is stopped is off the list. And there is nobody to roll back to.
docker network disconnect shop mysql-{next}
docker network connect --alias db shop mysql-{next}
docker stop -t 0 mysql-{now}
