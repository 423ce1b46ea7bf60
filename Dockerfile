# Two stages: the first compiles, the second holds what runs. Debian, since bufferutil's prebuilt binaries are for glibc.
FROM node:22-bookworm-slim AS build
WORKDIR /build
# Dependencies first: this layer stays while only the sources change. --ignore-scripts keeps `prepare` from compiling
# sources that are not there yet; no dependency needs a script of its own (bufferutil finds its binary at run time).
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY dashboard ./dashboard
# Compiled, then stripped of the compiler. Without --ignore-scripts `prune` would run `prepare` again, with no tsc left.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-bookworm-slim
LABEL org.opencontainers.image.title="QQBridge" \
  org.opencontainers.image.description="One QQ bot, every server: a OneBot 11 bridge" \
  org.opencontainers.image.licenses="MIT"
# In a container the port has to listen off loopback, so the bridge demands QQBRIDGE_ACCESS_TOKEN (or access_token in the
# config) and does not start without one. The admin port is fixed, so that HEALTHCHECK finds it whatever the config says.
ENV NODE_ENV=production \
  QQBRIDGE_HOST=0.0.0.0 \
  QQBRIDGE_ADMIN_PORT=5780
WORKDIR /app
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY bin ./bin
COPY package.json LICENSE ./
# The only folders that the daemon writes to; a first start writes config.yml and its schema. Created before VOLUME, so
# that new volumes belong to `node`. Nothing is shipped in them: in a volume it would stay while the image moves on.
RUN mkdir config data logs \
  && chown node:node config data logs
VOLUME ["/app/config", "/app/data", "/app/logs"]
USER node
EXPOSE 5700
HEALTHCHECK --interval=30s --timeout=5s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.QQBRIDGE_ADMIN_PORT}/healthz`, { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
# No tini: node is PID 1, it handles SIGTERM, SIGINT and SIGHUP itself and starts no processes that it would have to reap.
ENTRYPOINT ["node", "bin/qqbridge.js"]
CMD ["run"]
