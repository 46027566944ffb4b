# Without a "syntax" line, so that building needs nothing from a registry but Debian itself.
#   docker build -t callarchive .
#   docker build --target test .        builds and runs the tests
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        binutils cmake g++ libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev libfmt-dev \
        libsimdjson-dev libspdlog-dev libsqlite3-dev libssl-dev libxxhash-dev libyaml-cpp-dev \
        ninja-build nlohmann-json3-dev pkg-config prometheus-cpp-dev zlib1g-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY migrations migrations
COPY src src
ARG JOBS=
RUN cmake --preset release -DCALLARCHIVE_TESTS=OFF \
 && ninja -C build/release ${JOBS:+-j$JOBS} callarchive callkit-sim \
 && mkdir -p /out/usr/bin \
 && strip -o /out/usr/bin/callarchive build/release/src/app/callarchive \
 && strip -o /out/usr/bin/callkit-sim build/release/src/simulator/callkit-sim

FROM build AS test
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libgmock-dev libgtest-dev python3 sqlite3 \
 && rm -rf /var/lib/apt/lists/*
COPY . .
ARG JOBS=
RUN cmake --preset release -DCALLARCHIVE_TESTS=ON \
 && ninja -C build/release ${JOBS:+-j$JOBS} \
 && ctest --preset release -j "${JOBS:-$(nproc)}"

FROM debian:bookworm-slim
# The libraries that ldd names, and libcurl, as packages: so image scanners know them and rebuilding updates them.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates libcpp-httplib0.11 libcurl4 libfmt9 libprometheus-cpp-core1.0 libsimdjson14 \
        libspdlog1.10 libsqlite3-0 libssl3 libxxhash0 libyaml-cpp0.7 zlib1g \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* \
 && mkdir -p /etc/callarchive /var/lib/callarchive \
 && chown 10001:10001 /var/lib/callarchive \
 && chmod 0750 /var/lib/callarchive
COPY --from=build /out/usr/bin/ /usr/bin/
# A loader that misses a library says so while the image is built, not when it is used; libcurl is
# loaded when it is first needed.
RUN callarchive version && callkit-sim --help >/dev/null && ldconfig -p | grep -q 'libcurl\.so\.4 '

ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="callarchive" \
      org.opencontainers.image.description="Keeps every TUICallKit call record for good" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"

# A number, so that Kubernetes' runAsNonRoot can tell without looking into the image.
USER 10001:10001
# The configuration is /etc/callarchive/callarchive.yaml, or CALLARCHIVE_... variables alone.
# Loopback in a container is out of everybody's reach, so the metrics listen on all addresses.
ENV CALLARCHIVE_HTTP_LISTEN=0.0.0.0:9177
EXPOSE 9177
# The only place that is written: the root file system may be read-only.
VOLUME /var/lib/callarchive
WORKDIR /var/lib/callarchive
STOPSIGNAL SIGTERM
# /healthz and not `callarchive status`: that one is also unhealthy over a gap or a vendor's outage,
# and an orchestrator that then restarts the container would mend nothing. It writes nothing and
# needs no shell.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/usr/bin/callarchive", "healthcheck"]
ENTRYPOINT ["/usr/bin/callarchive"]
CMD ["run"]
