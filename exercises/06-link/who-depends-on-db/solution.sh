# Whoever is linked has it in their own record: /TARGET:/WHO/ALIAS.
docker inspect -f '{{.HostConfig.Links}}' $(docker ps -q)   # optional
answer who $(docker inspect -f '{{.HostConfig.Links}}' $(docker ps -q) | sed -n 's|^\[/db:/\(.*\)/.*|\1|p' | sort)
answer alias $(docker inspect -f '{{.HostConfig.Links}}' $(docker ps -q) | sort | sed -n 's|^\[/db:/.*/\(.*\)\]|\1|p')
