# fails: listed; shows: disconnect
# Very tidy, and Docker knows of it.
docker network disconnect bridge {c}
