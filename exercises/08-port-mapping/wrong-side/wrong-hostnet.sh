# fails: client, own; shows: hostnet
# 127.0.0.1 is now the host's own. That is no nearer to host2.
docker rm -f api
sed -i 's/-p {port}:5000/--network host/' api.sh
bash api.sh
