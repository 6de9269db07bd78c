# fails: secret, vni, who; shows: loudest
# The first request that comes by is the busy network's.
timeout 10 tcpdump -n -i eth0 udp port 4789 > all 2> /dev/null
grep -B 1 'GET / ' all > letters
answer secret index.html
answer vni {busy}
answer who 10.0.0.1
