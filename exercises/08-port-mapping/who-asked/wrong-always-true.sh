# fails: loop, next; shows: always-true
# "It sees who asks."
answer client 192.168.56.12
answer loop 127.0.0.1
answer lan 192.168.56.11
answer next 172.17.0.2
curl -s http://127.0.0.1:{port}/ip
