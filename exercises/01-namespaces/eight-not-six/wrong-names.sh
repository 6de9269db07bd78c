# fails: lists, modern
# The names of the links never differ.
cat > kinds.sh <<'END'
for kind in cgroup ipc mnt net pid time user uts; do
  [ "$(ls /proc/$1/ns | grep -x $kind)" = "$(ls /proc/$$/ns | grep -x $kind)" ] || echo $kind
done
END
