# Who is at the address that {shop} still writes to?
docker exec {shop} cat /proc/1/environ | tr '\0' '\n' | grep _ADDR   # optional
answer culprit $(docker inspect -f '{{.Name}} {{.NetworkSettings.IPAddress}}' $(docker ps -q) | sed -n 's|^/\(.*\) 172.17.0.2$|\1|p')
# A program gets its environment when it starts. So start it again: the link knows where db is.
docker restart -t 0 {shop}
