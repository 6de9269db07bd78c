# The same with the old tool. What it makes is the same device.
brctl addbr office
brctl addif office v1 v2 v3
ip link set office up
