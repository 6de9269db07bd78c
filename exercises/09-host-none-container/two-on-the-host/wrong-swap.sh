# fails: one, two, loose; shows: swap
# Port 80 is taken? Then it is made free.
docker stop web1
docker start web2
