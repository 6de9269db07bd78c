# The second half of each entry is what the answer looks like, and its dport is where the server sends it.
conntrack -L -p tcp   # optional
answer box1 $(conntrack -L -p tcp -s 172.17.0.2 2> /dev/null | sed 's/.*dport=\([0-9]*\) .*/\1/')
answer box2 $(conntrack -L -p tcp -s 172.17.0.3 2> /dev/null | sed 's/.*dport=\([0-9]*\) .*/\1/')
# reply.txt ends in a port, and one line has it in its second half. Boxes count from 2.
answer reply box$(($(conntrack -L -p tcp --reply-port-dst $(sed 's/.*\.\([0-9]*\): .*/\1/' reply.txt) 2> /dev/null | sed 's/.* src=172.17.0.\([0-9]*\) .*/\1/') - 1))
