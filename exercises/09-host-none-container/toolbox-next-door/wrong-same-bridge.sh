# fails: inside, sees; shows: same-bridge
# On the same bridge: a neighbour, and no flatmate.
docker run -d --name debug centos sleep 36000
docker exec debug curl -sS -m 2 http://127.0.0.1:{port}/
