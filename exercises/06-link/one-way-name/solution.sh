docker run -d -it --name {app} --link {db} centos
