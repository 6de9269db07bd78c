# fails: blue, green; shows: asleep
# Two rooms, two servers, and 127.0.0.1 sleeps in both.
ip netns add blue
ip netns add green
ip netns exec blue busybox httpd -p {port} -h /srv/blue
ip netns exec green busybox httpd -p {port} -h /srv/green
