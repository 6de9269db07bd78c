# fails: lan; shows: route-is-enough
# It leads to the door, and the door is shut.
answer neighbour yes
answer localhost no
answer inward yes
answer gateway yes
answer lan no
answer routed yes
answer outward yes
answer internet yes
docker exec c1 curl -s -m 2 http://172.17.0.3:{port}/
