# fails: back; shows: new-way
# What everybody should do, and not what was asked for: names work both ways.
docker network create office
docker network connect office {db}
docker run -d -it --name {app} --network office centos
