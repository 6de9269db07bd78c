# fails: lamp, off
# It has been up all the time.
ip link set docker0 up
