# fails: side; shows: one-door
# One door is locked, and the corridor is open.
iptables -I DOCKER-USER -s 192.168.56.13 -p tcp -m conntrack --ctorigdstport {port} -j DROP
