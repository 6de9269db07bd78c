# fails: where; shows: gateway
# The first hop is taken for the destination.
ip route get {site}
answer where 192.168.56.1
