# fails: client, visitor, swap, out; shows: shut
# Nobody comes in by eth0. No answer, either.
iptables -I DOCKER-USER -i eth0 -j DROP
