# fails: group; shows: multicast
# The network makes the copies, and this lab's does. The one of the task carries no multicast.
ip link del vx0; ip link add vx0 type vxlan id {vni} dstport 4789 group 239.1.1.1 dev eth0; ip link set vx0 up master br0
# on host2
ip link del vx0; ip link add vx0 type vxlan id {vni} dstport 4789 group 239.1.1.1 dev eth0; ip link set vx0 up master br0
# on host3
ip link del vx0; ip link add vx0 type vxlan id {vni} dstport 4789 group 239.1.1.1 dev eth0; ip link set vx0 up master br0
