docker network create front
docker network create --internal back
docker network connect front {web}
docker network connect front {api}
docker network connect back {api}
docker network connect back db
docker network disconnect all {web}   # optional
docker network disconnect all db
docker network disconnect all {api}   # optional
docker network rm all   # optional
