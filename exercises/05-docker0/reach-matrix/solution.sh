# A neighbour's own address; 127.0.0.1 is oneself.
answer neighbour yes
answer localhost no
# The host has a card on that switch, and nothing is locked at INPUT.
answer inward yes
answer gateway yes
# No route; and with one, the policy of FORWARD.
answer lan no
answer routed no
# Whoever calls out is let out, and answers are let in.
answer outward yes
answer internet yes
# Now try them all.
docker exec c1 curl -s -m 2 http://172.17.0.3:{port}/       # optional
docker exec c1 curl -s -m 2 http://127.0.0.1:{port}/       # optional
curl -s -m 2 http://172.17.0.3:{port}/                     # optional
docker exec c1 curl -s -m 2 http://172.17.0.1:9000/        # optional
docker exec c1 curl -s -m 2 http://192.168.56.12/          # optional
docker exec c1 curl -s -m 2 http://www.example.com/ip      # optional
# on host2
curl -s -m 2 http://172.17.0.3:{port}/                     # optional
# on host3
curl -s -m 2 http://172.17.0.3:{port}/                     # optional
