# fails: serves, again; shows: no-build
# Edits the recipe, and starts the old dish.
sed -i 's/127.0.0.1:8000/8000/' /root/site/Dockerfile
docker rm -f site
docker run -d --name site -p {port}:8000 site:{tag}
sleep 1
