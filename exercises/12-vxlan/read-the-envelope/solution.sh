# Ten seconds of letters. Of the requests, keep those that are not for "/", each with its outer line above.
timeout 10 tcpdump -n -i eth0 udp port 4789 > all 2> /dev/null
grep -B 1 'GET /[a-z]' all > letters
answer secret $(grep -o 'GET /[a-z]*' letters | head -1 | cut -d / -f 2)
answer vni $(grep -o 'vni [0-9]*' letters | head -1 | cut -d ' ' -f 2)
answer who $(grep GET letters | head -1 | grep -o '10\.0\.0\.[0-9]*' | head -1)
