# A shell with a terminal waits for somebody to type.
docker run -d -it busybox
