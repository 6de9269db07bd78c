# fails: out; shows: no-replies
# box may call, and never hears an answer: that one comes in, too.
iptables -P FORWARD DROP
iptables -A FORWARD -i br0 -j ACCEPT
