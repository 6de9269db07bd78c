pid=$(pgrep -f 'sleep {seconds}')
for room in $(ls /run/netns); do ip netns pids $room | grep -qx $pid && answer room $room; done
