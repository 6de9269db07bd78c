# fails: rogue, others, ports; shows: label
# Somebody else has been plugged in there for years.
ip link set p{n} down
