# fails: named, alive; shows: fresh-room
# Kills the guest to take over its room: the room went with it.
answer address $(nsenter -t $(pgrep -x sleep) -n ip -4 -o addr show d0 | tr -s ' ' | cut -d ' ' -f 4 | cut -d / -f 1)
kill $(pgrep -x sleep)
ip netns add ghost
