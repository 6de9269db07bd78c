# Or move house: first the new leg, then the old one off. Nobody is alone for a moment.
docker network create --subnet 10.88.0.0/24 shop2
docker network connect shop2 {a}
docker network connect shop2 {b}
docker network disconnect shop {a}
docker network disconnect shop {b}
docker network rm shop
