# fails: peer, host, lan, world
# Tried first, and then "predicted".
docker exec c1 curl -s -m 2 http://172.17.0.3:{port}/
answer neighbour yes
answer localhost no
answer inward yes
answer gateway yes
answer lan no
answer routed no
answer outward yes
answer internet yes
