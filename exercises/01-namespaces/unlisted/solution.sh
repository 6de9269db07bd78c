pid=$(pgrep -x sleep)
ip netns attach ghost $pid
answer address $(ip -n ghost -4 -o addr show d0 | tr -s ' ' | cut -d ' ' -f 4 | cut -d / -f 1)
