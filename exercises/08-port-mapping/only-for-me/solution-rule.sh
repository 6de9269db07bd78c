# Or, without a restart, a rule in the right place, by the port that was dialled.
iptables -I DOCKER-USER -i eth0 -p tcp -m conntrack --ctorigdstport {port} --ctdir ORIGINAL -j DROP
