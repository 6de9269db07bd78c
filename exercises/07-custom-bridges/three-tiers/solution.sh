# all stays what it is, for {web} and {api}. db gets a room of its own, and {api} a second leg in it.
docker network create --internal back
docker network connect back db
docker network connect back {api}
docker network disconnect all db
