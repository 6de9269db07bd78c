# The next hop's: the route says who that is, and the neighbour table knows its hardware address.
ping -c 1 www.example.com
answer mac $(ip neigh show 192.168.56.1 | cut -d ' ' -f 5)
