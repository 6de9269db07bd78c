# Or at its other end: a cable has two.
nsenter -t $(docker inspect -f '{{.State.Pid}}' {c}) -n ip link set eth0 down
