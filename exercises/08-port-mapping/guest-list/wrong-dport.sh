# fails: admin, side, swap; shows: dport
# In FORWARD it reads 80.
iptables -I DOCKER-USER -s 192.168.56.13 -p tcp --dport {port} -j DROP
