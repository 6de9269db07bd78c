# fails: newcomer; shows: one-box
iptables -A FORWARD -d 10.{n}.0.2 -m conntrack --ctstate NEW -j DROP
