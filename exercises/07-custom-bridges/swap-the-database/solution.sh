# An alias belongs to a leg: take the leg off, and put it on again, once without the name and once with it.
docker network disconnect shop mysql-{now}
docker network connect shop mysql-{now}
docker network disconnect shop mysql-{next}
docker network connect --alias db shop mysql-{next}
