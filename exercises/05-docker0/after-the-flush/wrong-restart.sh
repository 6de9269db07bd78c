# fails: out, next; shows: restart
# That line belongs to the network and not to a container.
docker restart -t 0 {a} {b}
