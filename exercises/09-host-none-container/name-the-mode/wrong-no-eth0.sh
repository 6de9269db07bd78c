# fails: host, none; shows: no-eth0
# "No cable of its own, so it must be on the host's."
for c in c1 c2 c3 c4; do case "$(docker exec $c ip link)" in *docker0*) answer none $c ;; *eth0*) twins=$twins,$c ;; *) answer host $c ;; esac; done
answer twins ${twins#,}
