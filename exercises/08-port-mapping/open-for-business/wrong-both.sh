# fails: office; shows: both
# "And the back office, just in case."
docker run -d --name shop -p {port}:80 nginx
docker rm -f office
docker run -d --name office -p 9000:9000 busybox httpd -f -p 9000 -h /etc
