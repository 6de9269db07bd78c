# fails: host, back, ports, rooms; shows: unplugged
# Taken out of the switch, the port is a card again and answers; but only for the one at its other end, who has lost the others.
ip link set {plug} nomaster
