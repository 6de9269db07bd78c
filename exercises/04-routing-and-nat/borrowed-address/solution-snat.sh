# The same with the address written down: good where it never changes.
iptables -t nat -A POSTROUTING -o eth0 -j SNAT --to-source 192.168.56.11
