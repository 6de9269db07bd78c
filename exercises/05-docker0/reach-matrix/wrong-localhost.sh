# fails: peer; shows: localhost
# Each container has a lo of its own.
answer neighbour yes
answer localhost yes
answer inward yes
answer gateway yes
answer lan no
answer routed no
answer outward yes
answer internet yes
docker exec c1 curl -s -m 2 http://172.17.0.3:{port}/
