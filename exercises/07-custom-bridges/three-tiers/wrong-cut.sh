# fails: chain, restart; shows: cut
# Nobody can reach it now, {api} neither.
docker network disconnect all db
