pid=$(pgrep -x sleep)
ip netns attach ghost $pid
answer address $(ip -n ghost -4 -o addr show d0 | awk '{ sub("/.*", "", $4); print $4 }')
