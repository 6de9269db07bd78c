# A server waits for somebody to call.
docker run -d nginx
