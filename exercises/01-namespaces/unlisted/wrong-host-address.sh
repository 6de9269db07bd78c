# fails: address; shows: host-address
# Looks around on the host only.
ip netns attach ghost $(pgrep -x sleep)
answer address 192.168.56.11
