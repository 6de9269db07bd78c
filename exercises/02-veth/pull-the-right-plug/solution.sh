# eth0@ifN in the tenant's room: N is the index of the other end, on the host. (iflink in /sys is the same number.)
n=$(ip netns exec {tenant} cat /sys/class/net/eth0/iflink)
ip link set $(ip -o link | grep "^$n:" | cut -d ' ' -f 2 | cut -d @ -f 1) down
