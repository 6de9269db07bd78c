# fails: out
# It was never forbidden. It goes out, and nobody knows where to answer.
iptables -A FORWARD -i br0 -j ACCEPT
