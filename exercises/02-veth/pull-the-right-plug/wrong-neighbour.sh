# fails: unplugged, others; shows: someone-else
# One of the five, but not the one whose index was asked for.
n=$(ip -n {tenant} -o link show eth0 | sed 's/.*@if\([0-9]*\):.*/\1/')
ip link set $(ip -o link | grep veth | grep -v "^$n:" | head -n 1 | cut -d ' ' -f 2 | cut -d @ -f 1) down
