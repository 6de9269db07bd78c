# Where its database is, it is told by a variable; the name is known in the network.
docker run -d --name web --network app -e REDIS_HOST=redis_one -p {port}:5000 counter
sleep 1 # optional
