# fails: mac; shows: neighbour
# Somebody on this cable, but not the one who carries letters away.
ping -c 1 192.168.56.77
answer mac $(ip neigh show 192.168.56.77 | cut -d ' ' -f 5)
