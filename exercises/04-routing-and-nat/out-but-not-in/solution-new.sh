# Or say what must not be: beginning a conversation towards the boxes.
iptables -A FORWARD ! -i br0 -o br0 -m conntrack --ctstate NEW -j DROP
