# fails: up, wall, again; shows: too-early
# Nobody says who comes first. gate looks for web, finds nobody of that name, and gives up.
cat > /root/shop/compose.yaml <<'END'
services:
  gate:
    image: gate
    ports: ["{port}:80"]
    networks: [front]
  web:
    image: counter
    environment:
      REDIS_HOST: db
    networks: [front, back]
  db:
    image: redis
    networks: [back]
networks:
  front:
  back:
END
