# fails: client, lan; shows: always-gateway
# "NAT hides everybody."
answer client 10.{n}.0.1
answer loop 10.{n}.0.1
answer lan 10.{n}.0.1
answer next 10.{n}.0.1
curl -s http://127.0.0.1:{port}/ip
