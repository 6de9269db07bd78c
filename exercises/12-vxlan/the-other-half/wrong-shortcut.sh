# fails: tunnel, bare; shows: shortcut
# It even answers: host2 owns the address, whatever way one comes.
ip route add 10.42.0.0/24 via 192.168.56.12
