# fails: shop; shows: hostnet
# It is outside now, and at port 80: without a door there is nobody to translate.
docker run -d --name shop --network host nginx
