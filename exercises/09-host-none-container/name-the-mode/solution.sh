# Who sees docker0? Who sees nothing but lo? The two that are left see one and the same eth0.
for c in c1 c2 c3 c4; do case "$(docker exec $c ip link)" in *docker0*) answer host $c ;; *eth0*) twins=$twins,$c ;; *) answer none $c ;; esac; done
answer twins ${twins#,}
