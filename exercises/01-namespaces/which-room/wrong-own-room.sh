# fails: room; shows: own-room
# ps shows the process on host1, so it must be host1's: but ps looks at processes, not at networks.
ps -ef | grep sleep
answer room host1
