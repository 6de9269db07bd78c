answer room $(ip netns identify $(pgrep -f 'sleep {seconds}'))
