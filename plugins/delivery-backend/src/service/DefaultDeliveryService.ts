import type { LoggerService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotFoundError, toError } from '@backstage/errors';
import {
  Block,
  EntityDelivery,
  FailingPipelines,
  FailureCause,
  hasBuild,
  ImageStatus,
  PipelineStatus,
  QualityStatus,
  RefreshResult,
} from '@careplane/backstage-plugin-delivery-common';
import type {
  PipelineProvider,
  StatusProvider,
} from '@careplane/backstage-plugin-delivery-node';
import { decideBlock } from '../blocks';
import { failingPipelines } from '../failing';
import type { Poller } from '../poll/Poller';
import { ProviderRegistry, resolveRefs } from '../providers';
import type { SnapshotStore } from '../store/SnapshotStore';
import { CauseReader } from './CauseReader';

/** A resource is read again for a Refresh at most once in this time. */
export const REFRESH_SHARE_MS = 10_000;

export interface DefaultDeliveryServiceOptions {
  store: SnapshotStore;
  providers: ProviderRegistry;
  poller: Poller;
  logger: LoggerService;
  intervalMs: number;
  now?: () => Date;
}

/**
 * The delivery facts of an entity that the caller was found to be allowed to
 * see. It decides nothing about access: see `AuthorizedDeliveryService`.
 */
export class DefaultDeliveryService {
  readonly #options: DefaultDeliveryServiceOptions;
  readonly #now: () => Date;
  readonly #causes: CauseReader;

  constructor(options: DefaultDeliveryServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
    this.#causes = new CauseReader(() => this.#now().getTime());
  }

  async getEntityDelivery(entity: Entity): Promise<EntityDelivery> {
    const { providers } = this.#options;
    const [pipelines, quality, images] = await Promise.all([
      this.#block<PipelineStatus>('Pipelines', providers.pipelines, entity),
      this.#block<QualityStatus>('Quality gates', providers.quality, entity),
      this.#block<ImageStatus>('Images', providers.images, entity),
    ]);
    return {
      entityRef: stringifyEntityRef(entity),
      pipelines,
      quality,
      images,
    };
  }

  async getFailingPipelines(entities: Entity[]): Promise<FailingPipelines> {
    const { providers, store, intervalMs } = this.#options;
    const named = await Promise.all(
      entities.map(async entity => ({
        entity,
        ...(await resolveRefs(providers.pipelines, entity)),
      })),
    );
    const keyOf = ({
      provider,
      ref,
    }: (typeof named)[number]['refs'][number]) => ({
      provider: provider.id,
      key: ref.key,
    });
    const found = new Map(
      (await store.get(named.flatMap(({ refs }) => refs.map(keyOf)))).map(
        snapshot => [`${snapshot.provider} ${snapshot.key}`, snapshot],
      ),
    );
    return failingPipelines(
      named.map(({ entity, refs, error }) => ({
        entity,
        block: decideBlock<PipelineStatus>({
          subject: 'Pipelines',
          annotations: [],
          annotationError: error,
          snapshots: refs
            .map(keyOf)
            .map(({ provider, key }) => found.get(`${provider} ${key}`)),
          now: this.#now(),
          intervalMs,
        }),
      })),
    );
  }

  async refresh(entity: Entity): Promise<RefreshResult> {
    const { store, providers, poller, logger } = this.#options;
    const resolved = await Promise.all(
      providers.all.map(provider => resolveRefs([provider], entity)),
    );
    const refs = resolved.flatMap(one => one.refs);
    const now = this.#now();
    await store.track(
      refs.map(({ provider, ref }) => ({
        provider: provider.id,
        key: ref.key,
      })),
      now,
    );
    const claimed = await poller.claim(
      refs,
      new Date(now.getTime() - REFRESH_SHARE_MS),
    );
    poller.readClaimed(claimed).catch(thrown => {
      logger.error(`A refresh could not be stored: ${toError(thrown).message}`);
    });
    return { started: claimed.length, shared: refs.length - claimed.length };
  }

  async getFailureCause(
    entity: Entity,
    request: { pipelineArn: string; buildId: string },
  ): Promise<FailureCause> {
    const { provider, pipeline } = await this.#pipelineOf(
      entity,
      request.pipelineArn,
    );
    if (!hasBuild(pipeline, request.buildId)) {
      throw new NotFoundError(
        `Build '${request.buildId}' is not among the last actions of pipeline '${pipeline.name}'.`,
      );
    }
    const cause = await this.#causes.read(
      `${provider.id} ${pipeline.arn} ${request.buildId}`,
      () => provider.cause({ key: pipeline.arn }, request.buildId),
    );
    const { lastSuccess, execution } = pipeline;
    return {
      ...cause,
      commit: cause.commit ?? execution?.revision,
      lastGreen:
        cause.lastGreen ??
        (lastSuccess && {
          executionId: lastSuccess.id,
          revision: lastSuccess.revision,
          at: lastSuccess.endedAt ?? lastSuccess.startedAt,
        }),
    };
  }

  async #block<T>(
    subject: string,
    providers: readonly StatusProvider<unknown>[],
    entity: Entity,
  ): Promise<Block<T>> {
    const { refs, error } = await resolveRefs(providers, entity);
    const keys = refs.map(({ provider, ref }) => ({
      provider: provider.id,
      key: ref.key,
    }));
    const found = await this.#options.store.get(keys);
    return decideBlock<T>({
      subject,
      annotations: [...new Set(providers.flatMap(one => one.annotations))],
      annotationError: error,
      snapshots: keys.map(key =>
        found.find(one => one.provider === key.provider && one.key === key.key),
      ),
      now: this.#now(),
      intervalMs: this.#options.intervalMs,
    });
  }

  /** Only a pipeline that the entity's own annotations lead to is answered. */
  async #pipelineOf(
    entity: Entity,
    arn: string,
  ): Promise<{ provider: PipelineProvider; pipeline: PipelineStatus }> {
    for (const provider of this.#options.providers.pipelines) {
      const { refs } = await resolveRefs([provider], entity);
      const snapshots = await this.#options.store.get(
        refs.map(({ ref }) => ({ provider: provider.id, key: ref.key })),
      );
      const pipeline = snapshots
        .flatMap(one => (one.items ?? []) as PipelineStatus[])
        .find(one => one.arn === arn);
      if (pipeline) return { provider, pipeline };
    }
    throw new NotFoundError(
      `Pipeline '${arn}' does not belong to ${stringifyEntityRef(entity)}.`,
    );
  }
}
