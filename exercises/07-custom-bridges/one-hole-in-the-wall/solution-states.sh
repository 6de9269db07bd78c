# Answers of every kind may pass: what is not begun is not answered.
iptables -I DOCKER-USER -s 10.{n}.2.2 -d 10.{n}.1.2 -p tcp --dport 80 -m conntrack --ctstate NEW -j ACCEPT
iptables -I DOCKER-USER -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
