# fails: up, wall, again; shows: unread
# There is no key `network`.
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
    networks: [front, back]
  db:
    image: redis
    network: [back]
networks:
  front:
  back:
END
