# fails: inside; shows: from-inside
# It is dark, and it is the tenant's own switch: the tenant can turn it on again.
ip -n {tenant} link set eth0 down
