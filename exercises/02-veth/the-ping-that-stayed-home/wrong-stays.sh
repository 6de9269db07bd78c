# fails: crosses, cut
# "It pings." It does, and the cable has nothing to do with it.
answer cable 0
answer loop $(( 2 * {k} ))
ping -c {k} 10.9.{n}.2
