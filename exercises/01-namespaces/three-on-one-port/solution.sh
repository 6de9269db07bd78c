ip netns add blue
ip netns add green
ip -n blue link set lo up
ip -n green link set lo up
ip netns exec blue busybox httpd -p {port} -h /srv/blue
ip netns exec green busybox httpd -p {port} -h /srv/green
