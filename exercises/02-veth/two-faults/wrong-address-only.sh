# fails: lit, talk
# The addresses are right, and one end of the cable still sleeps.
ip -n blue addr flush dev b0
ip -n blue addr add 10.0.{n}.2/24 dev b0
