# fails: mac; shows: gateway
# The table has one entry, so that must be it: nobody has spoken to the printer yet.
ip neigh
answer mac 52:54:00:ff:00:01
