# fails: lan; shows: dport
# The right place, and the wrong port: here it is 6379 already.
iptables -I DOCKER-USER -i eth0 -p tcp --dport {port} -j DROP
