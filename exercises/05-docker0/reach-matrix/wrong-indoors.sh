# fails: world; shows: indoors
# As if containers could call the internet and not the next desk.
answer neighbour yes
answer localhost no
answer inward yes
answer gateway yes
answer lan no
answer routed no
answer outward no
answer internet yes
docker exec c1 curl -s -m 2 http://172.17.0.3:{port}/
