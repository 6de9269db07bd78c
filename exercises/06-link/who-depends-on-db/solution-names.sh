# docker ps knows them as well: a link gives the target one more name, WHO/ALIAS.
answer who $(docker ps --no-trunc --filter name=db --format '{{.Names}}' | tr ',' '\n' | sed -n 's|/.*||p' | sort)
answer alias $(docker ps --no-trunc --filter name=db --format '{{.Names}}' | tr ',' '\n' | sort | sed -n 's|.*/||p')
