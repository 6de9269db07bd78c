# fails: wall; shows: together
# No networks: Compose makes one and puts all three into it.
cat > /root/shop/compose.yaml <<'END'
services:
  gate:
    image: gate
    depends_on: [web]
    ports: ["{port}:80"]
  web:
    image: counter
    environment:
      REDIS_HOST: db
  db:
    image: redis
END
