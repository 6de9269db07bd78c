# fails: green
# green gives way, and everybody who knows its port has to be told.
ip netns add blue
ip netns add green
ip -n blue link set lo up
ip -n green link set lo up
ip netns exec blue busybox httpd -p {port} -h /srv/blue
ip netns exec green busybox httpd -p $(( {port} + 1 )) -h /srv/green
