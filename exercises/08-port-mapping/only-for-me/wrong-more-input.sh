# fails: lan; shows: more-input
# The same rule once more, and further up. Its counter will be zero as well.
iptables -I INPUT -p tcp --dport {port} -j DROP ! -i lo
