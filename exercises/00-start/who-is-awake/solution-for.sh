cat > awake.sh <<'END'
for address in $(cat machines); do
  if ping -c 1 -W 1 $address > /dev/null; then echo $address; fi
done
END
