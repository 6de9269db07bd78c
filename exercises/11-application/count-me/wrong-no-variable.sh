# fails: counts; shows: no-variable
# In the same network, and nobody told it the name.
docker run -d --name web --network app -p {port}:5000 counter
sleep 1
