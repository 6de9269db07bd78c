# fails: twins; shows: look-alikes
# Pairs the two that have no eth0 of their own.
for c in c1 c2 c3 c4; do case "$(docker exec $c ip link)" in *docker0*) answer host $c; twins=$twins,$c ;; *eth0*) : ;; *) answer none $c; twins=$twins,$c ;; esac; done
answer twins ${twins#,}
