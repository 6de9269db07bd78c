# fails: host, inside, taken; shows: smaller
# A smaller piece, out of the same cake.
docker network disconnect shop {a}
docker network disconnect shop {b}
docker network rm shop
docker network create --subnet 172.18.0.0/20 shop
docker network connect shop {a}
docker network connect shop {b}
