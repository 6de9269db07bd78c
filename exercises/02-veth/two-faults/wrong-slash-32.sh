# fails: talk, tidy; shows: slash-32
# Without a prefix length an address is alone in its network: blue has no route back.
ip -n blue link set b0 up
ip -n blue addr flush dev b0 scope global
ip -n blue addr add 10.0.{n}.2 dev b0
