# fails: who, alias; shows: ask-db
# db's own note on the fridge says nothing about those who call it.
docker exec db cat /etc/hosts
answer who none
answer alias none
