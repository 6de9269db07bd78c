# fails: inside, taken; shows: host-only
# The host knows better now. For the containers the wiki is still next door.
ip route add 172.18.5.{n} via 192.168.56.1
