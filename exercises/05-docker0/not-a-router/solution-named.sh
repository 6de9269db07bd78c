# With a name for its namespace, it is a room like any other.
mkdir -p /run/netns   # optional
ln -s $(docker inspect -f '{{.NetworkSettings.SandboxKey}}' c1) /run/netns/c1
ip -n c1 addr add 172.17.{x}.{y}/32 dev eth0
answer ttl $(docker exec c2 ping -c 1 172.17.0.2 | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
answer ttl-world $(docker exec c2 ping -c 1 www.example.com | sed -n 's/.*ttl=\([0-9]*\) .*/\1/p')
