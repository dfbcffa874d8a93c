# The portal: one image, two services (CAREPLANE_PART). Built from the repository:
#
#   docker build --tag careplane .

# What the packages need, before their sources, so that this layer is kept.
FROM public.ecr.aws/docker/library/node:24-bookworm-slim AS packages
WORKDIR /app
COPY backstage.json package.json yarn.lock .yarnrc.yml ./
COPY .yarn/releases ./.yarn/releases
COPY packages packages
COPY plugins plugins
RUN find packages plugins -mindepth 2 -maxdepth 2 ! -name package.json -exec rm -rf {} +

FROM public.ecr.aws/docker/library/node:24-bookworm-slim AS build
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 g++ make \
  && rm -rf /var/lib/apt/lists/*
USER node
WORKDIR /app
COPY --from=packages --chown=node:node /app ./
RUN --mount=type=cache,target=/home/node/.yarn/berry/cache,uid=1000,gid=1000 \
  yarn install --immutable
COPY --chown=node:node . .
RUN yarn tsc && yarn workspace backend build

FROM public.ecr.aws/docker/library/node:24-bookworm-slim AS unpacked
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 g++ make \
  && rm -rf /var/lib/apt/lists/*
USER node
WORKDIR /app
COPY --from=packages --chown=node:node /app/.yarn ./.yarn
COPY --from=packages --chown=node:node /app/.yarnrc.yml /app/backstage.json /app/package.json /app/yarn.lock ./
COPY --from=build --chown=node:node /app/packages/backend/dist/skeleton.tar.gz ./
RUN tar xzf skeleton.tar.gz && rm skeleton.tar.gz
RUN --mount=type=cache,target=/home/node/.yarn/berry/cache,uid=1000,gid=1000 \
  yarn workspaces focus --all --production
COPY --from=build --chown=node:node /app/packages/backend/dist/bundle.tar.gz ./
RUN tar xzf bundle.tar.gz && rm bundle.tar.gz

FROM public.ecr.aws/docker/library/node:24-bookworm-slim
ENV NODE_ENV=production NODE_EXTRA_CA_CERTS=/etc/ssl/rds.pem
WORKDIR /app
# RDS signs its databases' certificates with authorities of its own.
ADD --chmod=444 https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem /etc/ssl/rds.pem
COPY --from=unpacked /app ./
COPY app-config.yaml app-config.production.yaml app-config.fargate.yaml app-config.redis.yaml ./
COPY templates templates
# Nothing of the image can be written by who runs in it.
USER 1000:1000
EXPOSE 7007
CMD ["node", "packages/backend", "--config", "app-config.yaml", "--config", "app-config.production.yaml"]
