# fails: alias; shows: env-only
# The container is called db. What do they call it?
answer who $(docker inspect -f '{{.HostConfig.Links}}' $(docker ps -q) | sed -n 's|^\[/db:/\(.*\)/.*|\1|p' | sort)
answer alias db db db
