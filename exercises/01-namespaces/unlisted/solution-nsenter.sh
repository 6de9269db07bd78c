# lsns finds namespaces through processes; nsenter -t goes in by the same way.
pid=$(lsns -t net | grep sleep | tr -s ' ' | cut -d ' ' -f 4)
answer address $(nsenter -t $pid -n ip -4 -o addr show d0 | tr -s ' ' | cut -d ' ' -f 4 | cut -d / -f 1)
ip netns attach ghost $pid
