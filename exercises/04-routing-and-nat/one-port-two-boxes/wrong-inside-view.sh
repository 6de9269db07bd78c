# fails: ports, reply; shows: inside-view
# The capture on docker0, where nothing is translated yet; and the first to call gets the answer.
answer box1 {p}
answer box2 {p}
answer reply {first}
