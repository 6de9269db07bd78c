# fails: lists, modern; shows: six
# The article's table, typed in.
cat > kinds.sh <<'END'
for kind in mnt uts ipc pid net user; do
  [ "$(readlink /proc/$1/ns/$kind)" = "$(readlink /proc/$$/ns/$kind)" ] || echo $kind
done
END
