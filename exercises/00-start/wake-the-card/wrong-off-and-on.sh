# fails: awake, world; shows: lost-route
# "Have you tried turning it off and on again?" The default route went with the link, and does not come back by itself.
ip link set eth0 down
ip link set eth0 up
