# Who is it? Say something to it, and the neighbour table has its hardware address.
ping -c 1 10.0.0.{n}
mac=$(ip neigh show 10.0.0.{n} | cut -d ' ' -f 5)
# br0 knows it behind x0: that is the cable to br1. br1 knows the plug.
ip link set $(bridge fdb show br br1 | grep $mac | cut -d ' ' -f 3) down
