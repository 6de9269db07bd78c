# fails: same; shows: day-zero
# Three days of work are gone.
docker rm -f report
docker run -d --name report -p {port}:80 busybox sh -c 'mkdir /w; echo report > /w/index.html; exec httpd -f -h /w'
