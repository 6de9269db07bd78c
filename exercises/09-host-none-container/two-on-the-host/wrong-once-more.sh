# fails: two, loose; shows: once-more
# The same again: perhaps it was too early.
docker start web2
sleep 4
