iptables -I DOCKER-USER -s 192.168.56.13 -p tcp -m conntrack --ctstate NEW ! --ctorigdstport 8080 -j DROP
