# fails: side, swap; shows: by-address
# An address is on loan. After the next start it is somebody else's.
iptables -I DOCKER-USER -s 192.168.56.13 -d 10.{n}.0.3 -j DROP
