# docker build -t kvstore . && docker run -p 127.0.0.1:8080:8080 -v kvstore:/data kvstore
#
# Data is in /data. The server runs as user 10001, which owns nothing else. Flags follow the name of the image, or come from the
# environment as KVSTORE_...; JAVA_OPTS has the options of the JVM.
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY mvnw pom.xml LICENSE ./
COPY .mvn .mvn
COPY src src
COPY packaging packaging
RUN ./mvnw -B -ntp -q -DskipTests package && packaging/jlink /image

FROM debian:trixie-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kvstore \
    && mkdir -m 700 /data \
    && chown kvstore:kvstore /data
COPY --from=build /image /opt/kvstore
USER 10001
VOLUME /data
EXPOSE 8080
# Listens on all addresses of the container. Restrict access by -p and by KVSTORE_AUTH_FILE.
ENV KVSTORE_HOST=0.0.0.0 KVSTORE_MODE=persistent KVSTORE_STORE_PATH=/data JAVA_OPTS=-XX:MaxRAMPercentage=50
# Works only without TLS and on port 8080.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["/opt/kvstore/bin/kvstore"]
