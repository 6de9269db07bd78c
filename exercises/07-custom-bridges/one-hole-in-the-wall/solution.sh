# The request through, and what answers it. DOCKER-USER is asked before the wall.
iptables -I DOCKER-USER -s 10.{n}.2.2 -d 10.{n}.1.2 -p tcp --dport 80 -j ACCEPT
iptables -I DOCKER-USER -s 10.{n}.1.2 -d 10.{n}.2.2 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
