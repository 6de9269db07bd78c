# fails: hole; shows: one-way
iptables -I DOCKER-USER -s 10.{n}.2.2 -d 10.{n}.1.2 -p tcp --dport 80 -j ACCEPT
