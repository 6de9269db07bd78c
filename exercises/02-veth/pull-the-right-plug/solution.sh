# eth0@ifN in the tenant's room: N is the index of the other end, on the host.
n=$(ip -n {tenant} -o link show eth0 | sed 's/.*@if\([0-9]*\):.*/\1/')
ip link set $(ip -o link | grep "^$n:" | cut -d ' ' -f 2 | cut -d @ -f 1) down
