# fails: writes, calm; shows: blame
# It has done nothing but answer at its own address.
answer culprit {thief}
docker stop -t 0 {thief}
