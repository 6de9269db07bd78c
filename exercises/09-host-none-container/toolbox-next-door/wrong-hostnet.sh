# fails: inside, sees; shows: hostnet
# 127.0.0.1 of the host, where shop does not live.
docker run -d --name debug --network host centos sleep 36000
docker exec debug curl -sS -m 2 http://127.0.0.1:{port}/
