# fails: mac; shows: my-own
# A card's address, but of one's own card.
ip link show eth0
answer mac 52:54:00:00:00:0b
