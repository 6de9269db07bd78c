# fails: where; shows: name-server
# The machine that answers names is taken for the machine that is named.
cat /etc/resolv.conf
answer where 203.0.113.53
