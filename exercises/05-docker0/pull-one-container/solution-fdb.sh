# docker0 has learned behind which port the container's hardware address is.
ping -c 1 $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {c})
mac=$(docker inspect -f '{{.NetworkSettings.MacAddress}}' {c})
ip link set $(bridge fdb show br docker0 | sed -n "s/^$mac dev \(veth[0-9a-f]*\) .*/\1/p") nomaster
