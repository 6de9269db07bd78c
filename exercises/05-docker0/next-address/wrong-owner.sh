# fails: returned; shows: owner
# As if {gone} owned its address.
answer newcomer $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {gone})
answer mac $(docker inspect -f '{{.NetworkSettings.MacAddress}}' {gone})
answer returned $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {gone})
answer kept $(docker inspect -f '{{.NetworkSettings.IPAddress}}' {kept})
docker stop -t 0 {gone}
docker run -d --name dd busybox sleep 86400
docker start {gone}
docker restart -t 0 {kept}
