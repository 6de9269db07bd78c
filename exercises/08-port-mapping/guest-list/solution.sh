# What begins with the visitor, and not at the public door: drop it. Answers to what others began are not NEW.
iptables -I DOCKER-USER -s 192.168.56.13 -m conntrack --ctstate NEW -j DROP
iptables -I DOCKER-USER -s 192.168.56.13 -p tcp -m conntrack --ctorigdst 192.168.56.11 --ctorigdstport 8080 -j RETURN
