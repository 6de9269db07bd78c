# A container's own name is on the list as well.
docker network disconnect shop mysql-{now}
docker network connect shop mysql-{now}
docker rename mysql-{next} db
