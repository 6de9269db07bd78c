# fails: ports, reply; shows: swapped
answer box2 $(conntrack -L -p tcp -s 172.17.0.2 2> /dev/null | sed 's/.*dport=\([0-9]*\) .*/\1/')
answer box1 $(conntrack -L -p tcp -s 172.17.0.3 2> /dev/null | sed 's/.*dport=\([0-9]*\) .*/\1/')
answer reply {first}
