# fails: blue, green, host; shows: evicted
# Room is made by putting the host's own server out.
kill $(pgrep -f 'httpd -p {port}')
busybox httpd -p {port} -h /srv/blue
