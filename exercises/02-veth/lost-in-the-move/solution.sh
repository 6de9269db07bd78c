cat > wire.sh <<'END'
ip link add v-host type veth peer name v-app
ip link set v-app netns app
ip addr add 10.9.{n}.1/24 dev v-host
ip link set v-host up
ip -n app addr add 10.9.{n}.2/24 dev v-app
ip -n app link set v-app up
END
