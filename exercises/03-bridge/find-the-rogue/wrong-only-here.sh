# fails: rogue; shows: only-here
# host1 speaks with it no longer. The others do.
ip route add blackhole 10.0.0.{n}
