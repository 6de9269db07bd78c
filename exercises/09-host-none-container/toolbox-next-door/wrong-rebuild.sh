# fails: inside, sees, outside, same; shows: rebuild
# Lets the admin page listen on all addresses, so that helper can look.
sed -i 's/127.0.0.1:{port}/{port}/' /srv/shop.conf
docker restart -t 0 shop
docker exec helper curl -sS http://172.17.0.2:{port}/
