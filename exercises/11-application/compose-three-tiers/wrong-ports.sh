# fails: lan; shows: ports
# A port for everybody, so that they find each other.
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
    ports: ["5000:5000"]
    networks: [front, back]
  db:
    image: redis
    ports: ["6379:6379"]
    networks: [back]
networks:
  front:
  back:
END
