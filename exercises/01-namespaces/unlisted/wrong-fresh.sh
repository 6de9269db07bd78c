# fails: named; shows: fresh-room
# `ip netns add` makes a new namespace: it does not name an old one.
answer address $(nsenter -t $(pgrep -x sleep) -n ip -4 -o addr show d0 | tr -s ' ' | cut -d ' ' -f 4 | cut -d / -f 1)
ip netns add ghost
