# fails: room, door
# unshare makes a namespace, and it is gone with its only guest.
unshare -n true
