# fails: prints, ends, follows; shows: for-ever
# Without -c, ping never stops.
cat > awake.sh <<'END'
while read -r address; do
  ping "$address" > /dev/null && echo "$address"
done < machines
END
