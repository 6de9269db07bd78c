# fails: writes, leak, calm; shows: restart-db
# db's address is free, db takes it again, and {shop} still writes to the old one.
answer culprit {thief}
docker restart -t 0 db
