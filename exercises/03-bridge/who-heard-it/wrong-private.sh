# fails: fresh, flushed, ageless, forgets; shows: private
# Nobody hears anything, as if the bridge had been told who is where.
answer fresh 0
answer flushed 0
answer ageless 0
ip netns exec n1 ping -c {k} 10.0.0.2
