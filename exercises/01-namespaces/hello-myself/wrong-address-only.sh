# fails: self; shows: address-only
# The address is there, but lo still sleeps.
ip -n {room} addr add 127.0.0.1/8 dev lo
