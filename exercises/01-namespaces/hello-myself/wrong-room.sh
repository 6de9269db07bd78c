# fails: self
# The host's lo was up all the time.
ip link set lo up
