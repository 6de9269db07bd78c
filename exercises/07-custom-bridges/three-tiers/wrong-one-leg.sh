# fails: chain, restart; shows: one-leg
docker network create --internal back
docker network connect back db
docker network disconnect all db
