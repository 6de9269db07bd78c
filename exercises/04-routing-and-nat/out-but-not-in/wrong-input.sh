# fails: in, newcomer; shows: input
# INPUT is for what the host itself receives. What it passes on never goes there.
iptables -A INPUT -i eth0 -d 10.{n}.0.0/24 -j DROP
