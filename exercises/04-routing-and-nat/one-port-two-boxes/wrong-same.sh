# fails: ports; shows: inside-view
# Both boxes use port {p}. That is true on their side of the host.
answer box1 {p}
answer box2 {p}
answer reply box$(($(conntrack -L -p tcp --reply-port-dst $(sed 's/.*\.\([0-9]*\): .*/\1/' reply.txt) 2> /dev/null | sed 's/.* src=172.17.0.\([0-9]*\) .*/\1/') - 1))
