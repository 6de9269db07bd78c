# fails: talk, out, door, gone; shows: missing
# Half the work.
cat > net.sh <<'END'
sysctl -w net.ipv4.ip_forward=1
ip link add br0 type bridge
ip link set br0 up
ip addr add 10.{n}.0.1/24 dev br0
iptables -t nat -A POSTROUTING -s 10.{n}.0.0/24 ! -o br0 -j MASQUERADE
iptables -P FORWARD DROP
iptables -A FORWARD -i br0 -j ACCEPT
iptables -A FORWARD -o br0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
END
