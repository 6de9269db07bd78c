# fails: next, restart; shows: nobody
docker network disconnect shop mysql-{now}
docker network connect shop mysql-{now}
