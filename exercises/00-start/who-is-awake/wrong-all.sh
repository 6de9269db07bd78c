# fails: prints, follows
# A command that ran is taken for a command that succeeded.
cat > awake.sh <<'END'
while read -r address; do
  ping -c 1 -W 1 "$address" > /dev/null
  echo "$address"
done < machines
END
