# fails: host; shows: no-p-no-way
# -p is for those who are not on this switch.
answer neighbour yes
answer localhost no
answer inward no
answer gateway yes
answer lan no
answer routed no
answer outward yes
answer internet yes
docker exec c1 curl -s -m 2 http://172.17.0.3:{port}/
