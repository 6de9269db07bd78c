ping -c 1 192.168.56.{n}
answer mac $(ip neigh show 192.168.56.{n} | cut -d ' ' -f 5)
