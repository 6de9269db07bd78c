# fails: lists, modern, noise; shows: names
# Whatever is in /proc/PID/ns.
echo 'ls /proc/$1/ns' > kinds.sh
