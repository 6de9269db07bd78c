# fails: door; shows: dnat-only
# The destination is rewritten, and FORWARD drops what comes of it.
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
cat > box.sh <<'END'
ip netns add $1
ip link add v-$1 up master br0 type veth peer name eth0 netns $1
ip -n $1 link set lo up
ip -n $1 link set eth0 up
ip -n $1 addr add $2/24 dev eth0
ip -n $1 route add default via 10.{n}.0.1
END
cat > door.sh <<'END'
for chain in PREROUTING OUTPUT; do
  iptables -t nat -A $chain -d 192.168.56.11 -p tcp --dport $1 -j DNAT --to-destination $2:80
done
END
