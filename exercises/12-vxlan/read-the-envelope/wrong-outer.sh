# fails: who; shows: outer
# The letter's sender, and not the one who wrote what is inside.
timeout 10 tcpdump -n -i eth0 udp port 4789 > all 2> /dev/null
grep -B 1 'GET /[a-z]' all > letters
answer secret $(grep -o 'GET /[a-z]*' letters | head -1 | cut -d / -f 2)
answer vni $(grep -o 'vni [0-9]*' letters | head -1 | cut -d ' ' -f 2)
answer who $(grep vni letters | head -1 | grep -o '192\.168\.56\.[0-9]*' | head -1)
