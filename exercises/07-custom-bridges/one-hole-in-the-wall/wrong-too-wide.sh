# fails: port, friend; shows: too-wide
iptables -I DOCKER-USER -s 10.{n}.2.0/24 -d 10.{n}.1.0/24 -j ACCEPT
iptables -I DOCKER-USER -s 10.{n}.1.0/24 -d 10.{n}.2.0/24 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
