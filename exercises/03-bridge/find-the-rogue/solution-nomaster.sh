ping -c 1 10.0.0.{n}
mac=$(ip neigh show 10.0.0.{n} | cut -d ' ' -f 5)
# Pulled out of the switch instead of switched off.
ip link set $(bridge fdb | grep $mac | grep 'master br1' | cut -d ' ' -f 3) nomaster
