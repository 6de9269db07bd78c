# The server listens to itself only. It has to listen on all addresses, in the image.
sed -i 's/127.0.0.1:8000/8000/' /root/site/Dockerfile
docker build -t site:{tag} /root/site
docker rm -f site
docker run -d --name site -p {port}:8000 site:{tag}
sleep 1 # optional
