# Look at the envelope itself: -e prints it, and the first word after > is for whom it is.
timeout 4 tcpdump -n -e -i eth0 icmp > seen.txt & sleep 1
ping -c 1 www.example.com
sleep 4
answer mac $(grep request seen.txt | cut -d ' ' -f 4 | tr -d ,)
