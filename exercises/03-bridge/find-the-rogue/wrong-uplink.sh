# fails: rogue, others; shows: uplink
# The way br0 names is the cable to the other switch: everybody behind it is cut off from here, and they still hear the rogue.
ping -c 1 10.0.0.{n}
ip link set $(bridge fdb show br br0 | grep $(ip neigh show 10.0.0.{n} | cut -d ' ' -f 5) | cut -d ' ' -f 3) down
