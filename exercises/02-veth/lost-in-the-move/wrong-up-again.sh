# fails: runs; shows: up-again
# UP was lost in the move, and so was the address.
echo 'ip -n app link set v-app up' >> wire.sh
