# fails: ports; shows: far-end
# The server's own port.
answer box1 80
answer box2 80
answer reply box$(($(conntrack -L -p tcp --reply-port-dst $(sed 's/.*\.\([0-9]*\): .*/\1/' reply.txt) 2> /dev/null | sed 's/.* src=172.17.0.\([0-9]*\) .*/\1/') - 1))
