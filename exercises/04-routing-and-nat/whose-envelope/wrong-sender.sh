# fails: mac; shows: my-own
answer mac $(cat /sys/class/net/eth0/address)
