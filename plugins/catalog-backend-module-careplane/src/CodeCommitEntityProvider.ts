import type {
  LoggerService,
  SchedulerServiceTaskRunner,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import type {
  DeferredEntity,
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { readDescriptor } from './descriptor';
import type { Repositories, Repository } from './repositories';

/** A repository with this tag is a service. */
export const SERVICE_TAG = 'careplane:service';

export interface CodeCommitProviderOptions {
  repositories: Repositories;
  region: string;
  /** Whole name; without it, the tag decides. */
  namePattern?: RegExp;
  path: string;
  allowedKinds: string[];
  logger: LoggerService;
  taskRunner: SchedulerServiceTaskRunner;
}

interface Known {
  commitId: string;
  entities: Entity[];
}

/**
 * Entities of the `catalog-info.yaml` files of CodeCommit repositories.
 *
 * A full mutation removes what it does not name, so it is made only when every
 * repository was read. Where one could not be, or its descriptor is broken, the
 * others are brought up to date and its entities stay as they are.
 */
export class CodeCommitEntityProvider implements EntityProvider {
  private connection: EntityProviderConnection | undefined;
  private known = new Map<string, Known>();
  private running: Promise<void> | undefined;
  private again = false;

  constructor(private readonly options: CodeCommitProviderOptions) {}

  getProviderName(): string {
    return 'careplane-codecommit';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.connection = connection;
    await this.options.taskRunner.run({
      id: `${this.getProviderName()}:refresh`,
      fn: async () => this.refresh(),
    });
  }

  /**
   * Reads what has changed since. A call while one runs leads to one more after
   * it, however many there are.
   */
  async refresh(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.loop().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async loop() {
    do {
      this.again = false;
      await this.once();
    } while (this.again);
  }

  private async once(): Promise<void> {
    const { connection } = this;
    if (!connection) return;
    const { repositories, logger } = this.options;
    const all = await repositories.list();

    const before = this.known;
    const next = new Map<string, Known>();
    let failures = 0;
    for (const repository of all) {
      try {
        const found = await this.read(repository, before.get(repository.name));
        if (found) next.set(repository.name, found);
      } catch (error) {
        failures += 1;
        const old = before.get(repository.name);
        if (old) next.set(repository.name, old);
        logger.warn(
          `Repository ${repository.name} keeps the entities it had: ${
            (error as Error).message
          }`,
        );
      }
    }
    this.known = next;

    const added = [...next].flatMap(([name, { entities }]) =>
      entities.map(entity => this.deferred(name, entity)),
    );
    if (!failures) {
      await connection.applyMutation({ type: 'full', entities: added });
      return;
    }
    await connection.applyMutation({
      type: 'delta',
      added,
      removed: removedBetween(before, next, all).map(({ name, entity }) =>
        this.deferred(name, entity),
      ),
    });
  }

  private async read(
    repository: Repository,
    old: Known | undefined,
  ): Promise<Known | undefined> {
    const { repositories, namePattern, path, region, allowedKinds } =
      this.options;
    if (namePattern) {
      if (!namePattern.test(repository.name)) return undefined;
    } else if (!(SERVICE_TAG in (await repositories.tags(repository)))) {
      return undefined;
    }
    const commitId = await repositories.head(repository);
    if (!commitId) return undefined;
    if (old?.commitId === commitId) return old;
    const file = await repositories.file(repository, commitId, path);
    if (!file) return { commitId, entities: [] };
    return {
      commitId,
      entities: readDescriptor(file.content, repository, {
        region,
        path,
        allowedKinds,
      }),
    };
  }

  private deferred(repository: string, entity: Entity): DeferredEntity {
    return { entity, locationKey: `${this.getProviderName()}:${repository}` };
  }
}

/** Entities that this process provided and that are known to be gone. */
function removedBetween(
  before: Map<string, Known>,
  next: Map<string, Known>,
  repositories: Repository[],
): { name: string; entity: Entity }[] {
  const there = new Set(repositories.map(repository => repository.name));
  return [...before].flatMap(([name, old]) => {
    const now = next.get(name);
    if (!now && there.has(name)) return [];
    const refs = new Set(now?.entities.map(e => stringifyEntityRef(e)));
    return old.entities
      .filter(entity => !refs.has(stringifyEntityRef(entity)))
      .map(entity => ({ name, entity }));
  });
}
