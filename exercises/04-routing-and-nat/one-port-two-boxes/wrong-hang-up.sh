# fails: alive
# The right numbers, and then somebody tidies up.
answer box1 $(conntrack -L -p tcp -s 172.17.0.2 2> /dev/null | sed 's/.*dport=\([0-9]*\) .*/\1/')
answer box2 $(conntrack -L -p tcp -s 172.17.0.3 2> /dev/null | sed 's/.*dport=\([0-9]*\) .*/\1/')
answer reply box$(($(conntrack -L -p tcp --reply-port-dst $(sed 's/.*\.\([0-9]*\): .*/\1/' reply.txt) 2> /dev/null | sed 's/.* src=172.17.0.\([0-9]*\) .*/\1/') - 1))
kill $(pgrep -x nc)
