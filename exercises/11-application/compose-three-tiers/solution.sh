# gate and web meet in front, web and db in back. Only gate has a door to the street.
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
    networks: [back]
networks:
  front:
  back:
END
