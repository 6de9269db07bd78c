# fails: who; shows: server
# The second address of the line: that is the one who is asked.
timeout 10 tcpdump -n -i eth0 udp port 4789 > all 2> /dev/null
grep -B 1 'GET /[a-z]' all > letters
answer secret $(grep -o 'GET /[a-z]*' letters | head -1 | cut -d / -f 2)
answer vni $(grep -o 'vni [0-9]*' letters | head -1 | cut -d ' ' -f 2)
answer who 10.0.0.2
