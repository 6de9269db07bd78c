# fails: green; shows: one-room
# Both in one room: the second gets "Address already in use".
ip netns add blue
ip -n blue link set lo up
ip netns exec blue busybox httpd -p {port} -h /srv/blue
ip netns exec blue busybox httpd -p {port} -h /srv/green
