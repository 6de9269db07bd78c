# fails: follows; shows: by-heart
# What is true today is written down.
for a in $(cat machines); do ping -c 1 -W 1 $a > /dev/null && echo "echo $a"; done > awake.sh
