# fails: addresses; shows: addressed
# It works, and it would work without the addresses.
ip link add br0 type bridge
ip link set br0 up
for i in 1 2 3; do ip link set v$i master br0; ip addr add 10.0.{n}.25$i/24 dev v$i; done
