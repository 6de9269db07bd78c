# fails: tidy
# It works, and the wrong address is still there for the next one to trip over.
ip -n blue link set b0 up
ip -n blue addr add 10.0.{n}.2/24 dev b0
