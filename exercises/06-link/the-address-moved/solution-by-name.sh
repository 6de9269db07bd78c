answer culprit $(docker inspect -f '{{.Name}} {{.NetworkSettings.IPAddress}}' $(docker ps -q) | sed -n 's|^/\(.*\) 172.17.0.2$|\1|p')
# For good: a program that asks for the name each time.
docker rm -f {shop}
docker run -d --name {shop} --link db redis sh -c 'while :; do redis-cli -h db incr orders; sleep 5; done'
