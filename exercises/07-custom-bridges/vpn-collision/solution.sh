# A network cannot change its numbers: empty it, take it away, and make it again with numbers that nobody uses.
docker network disconnect shop {a}
docker network disconnect shop {b}
docker network rm shop
docker network create --subnet 10.88.0.0/24 shop
docker network connect shop {a}
docker network connect shop {b}
