# fails: off; shows: dummy
# A plug with nobody behind it. The lamp is fooled.
ip link add d0 type dummy
ip link set d0 up master docker0
