# fails: up, again; shows: one-leg
# Each in a network of its own kind. Nobody stands between them.
cat > /root/shop/compose.yaml <<'END'
services:
  gate:
    image: gate
    depends_on: [web]
    ports: ["{port}:80"]
    networks: [front]
  web:
    image: counter
    environment:
      REDIS_HOST: db
    networks: [front]
  db:
    image: redis
    networks: [back]
networks:
  front:
  back:
END
