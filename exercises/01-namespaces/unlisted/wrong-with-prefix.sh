# fails: address; shows: with-prefix
# An address and how much of it is the network's are two things.
ip netns attach ghost $(pgrep -x sleep)
answer address {address}/24
