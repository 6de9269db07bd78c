# fails: alive
# The answer is right, and the sleeper was killed for it.
pid=$(pgrep -f 'sleep {seconds}')
answer room $(ip netns identify $pid)
kill $pid
