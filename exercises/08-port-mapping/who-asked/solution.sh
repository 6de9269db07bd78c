# DNAT leaves the sender alone. docker-proxy asks anew, from the host's card on web's network.
answer client 192.168.56.12
answer loop 10.{n}.0.1
answer lan 192.168.56.11
answer next 10.{n}.0.1
curl -s http://127.0.0.1:{port}/ip
