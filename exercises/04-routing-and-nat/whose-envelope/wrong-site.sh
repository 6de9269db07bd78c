# fails: mac; shows: an-address
# An IP address; and nobody on this cable knows the web server's hardware address.
ping -c 1 www.example.com
answer mac 203.0.113.80
