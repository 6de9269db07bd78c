# fails: who, alias; shows: grep-hosts
# Everybody who has a line with db's address. Some have written it themselves.
for name in api batch cron mail shop web; do docker exec $name grep -q '^172.17.0.2' /etc/hosts && echo $name; done > found
answer who $(cat found)
answer alias $(for name in $(cat found); do docker exec $name sed -n 's/^172.17.0.2\s\(\S*\).*/\1/p' /etc/hosts; done)
