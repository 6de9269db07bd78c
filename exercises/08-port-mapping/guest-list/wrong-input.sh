# fails: admin, side, swap; shows: input
iptables -I INPUT -s 192.168.56.13 -p tcp --dport {port} -j DROP
