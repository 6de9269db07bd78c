# fails: runs, here; shows: no-move
# Without the move a ping answers: the host, to itself.
grep -v 'netns app' wire.sh > better.sh
mv better.sh wire.sh
