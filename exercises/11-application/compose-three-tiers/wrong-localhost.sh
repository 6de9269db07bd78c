# fails: up, again; shows: localhost
# Nobody tells web where its database is, so it asks itself.
cat > /root/shop/compose.yaml <<'END'
services:
  gate:
    image: gate
    depends_on: [web]
    ports: ["{port}:80"]
    networks: [front]
  web:
    image: counter
    networks: [front, back]
  db:
    image: redis
    networks: [back]
networks:
  front:
  back:
END
