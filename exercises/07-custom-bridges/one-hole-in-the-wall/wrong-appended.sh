# fails: hole; shows: appended
# Behind RETURN nobody comes by.
iptables -A DOCKER-USER -s 10.{n}.2.2 -d 10.{n}.1.2 -p tcp --dport 80 -j ACCEPT
iptables -A DOCKER-USER -s 10.{n}.1.2 -d 10.{n}.2.2 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
