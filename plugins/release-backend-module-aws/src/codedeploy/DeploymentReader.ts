import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  CodeDeployClient,
  DeploymentInfo,
  ECSTarget,
  ListDeploymentsCommand,
  ListDeploymentsInput,
} from '@aws-sdk/client-codedeploy';
import { NotFoundError } from '@backstage/errors';
import { AwsClients, Lane, withAwsErrors } from '@careplane/aws-node';

export interface Place {
  accountId: string;
  region: string;
}

/** AWS publishes no rate; what is followed is read together. */
const FRESH_MS = 4_000;
const FOLLOWED_MS = 60_000;
const BATCH = 25;
const MAX_PAGES = 5;

interface Followed {
  askedAt: number;
  readAt: number;
  info?: DeploymentInfo;
}

/**
 * Reads deployments. Those that are followed in one account and region share
 * their readings, so that many rollouts cost as many calls as one.
 */
export class DeploymentReader {
  readonly #clients: AwsClients;
  readonly #now: () => number;
  readonly #followed = new Map<string, Map<string, Followed>>();
  readonly #reading = new Map<string, Promise<void>>();

  constructor(clients: AwsClients, now: () => number = Date.now) {
    this.#clients = clients;
    this.#now = now;
  }

  /** A deployment as of a few seconds ago at most. @throws NotFoundError */
  async follow(
    place: Place,
    id: string,
    lane: Lane = 'normal',
  ): Promise<DeploymentInfo> {
    // A rollback waits for no reading of the normal lane.
    const key = `${place.accountId} ${place.region} ${lane}`;
    const ids = this.#followed.get(key) ?? new Map<string, Followed>();
    this.#followed.set(key, ids);
    ids.set(id, { readAt: 0, ...ids.get(id), askedAt: this.#now() });
    const isOld = () => this.#now() - (ids.get(id)?.readAt ?? 0) >= FRESH_MS;
    // Twice, where a reading had begun before this one was asked for.
    for (let times = 0; times < 2 && isOld(); times++) {
      const reading =
        this.#reading.get(key) ??
        this.#readFollowed(place, ids, lane).finally(() =>
          this.#reading.delete(key),
        );
      this.#reading.set(key, reading);
      await reading;
    }
    const info = ids.get(id)?.info;
    if (!info) throw new NotFoundError(`CodeDeploy has no deployment ${id}.`);
    return info;
  }

  async #readFollowed(
    place: Place,
    ids: Map<string, Followed>,
    lane: Lane,
  ): Promise<void> {
    for (const [id, { askedAt }] of ids) {
      if (this.#now() - askedAt > FOLLOWED_MS) ids.delete(id);
    }
    const wanted = [...ids.keys()];
    for (let at = 0; at < wanted.length; at += BATCH) {
      const part = wanted.slice(at, at + BATCH);
      const infos = await this.get(place, part, lane);
      for (const id of part) {
        const info = infos.find(one => one.deploymentId === id);
        const askedAt = ids.get(id)?.askedAt ?? this.#now();
        ids.set(id, { askedAt, info, readAt: this.#now() });
      }
    }
  }

  /** Deployments by id. */
  async get(
    place: Place,
    deploymentIds: string[],
    lane: Lane = 'normal',
  ): Promise<DeploymentInfo[]> {
    if (!deploymentIds.length) return [];
    const { deploymentsInfo } = await this.#send(
      place,
      'BatchGetDeployments',
      lane,
      client => client.send(new BatchGetDeploymentsCommand({ deploymentIds })),
    );
    return deploymentsInfo ?? [];
  }

  /** Tasks, lifecycle and traffic of a deployment of an ECS service. */
  async ecsTarget(
    place: Place,
    deploymentId: string,
    targetId: string,
    lane: Lane = 'normal',
  ): Promise<ECSTarget | undefined> {
    const { deploymentTargets } = await this.#send(
      place,
      'BatchGetDeploymentTargets',
      lane,
      client =>
        client.send(
          new BatchGetDeploymentTargetsCommand({
            deploymentId,
            targetIds: [targetId],
          }),
        ),
    );
    return deploymentTargets?.[0]?.ecsTarget;
  }

  /** Deployments that match, newest first. */
  async list(
    place: Place,
    filter: ListDeploymentsInput,
    options: { lane?: Lane; most?: number } = {},
  ): Promise<DeploymentInfo[]> {
    const { lane = 'normal', most = BATCH } = options;
    const ids: string[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES && ids.length < most; page++) {
      const token = nextToken;
      const answer = await this.#send(place, 'ListDeployments', lane, client =>
        client.send(
          new ListDeploymentsCommand({ ...filter, nextToken: token }),
        ),
      );
      ids.push(...(answer.deployments ?? []));
      nextToken = answer.nextToken;
      if (!nextToken) break;
    }
    const found: DeploymentInfo[] = [];
    for (let at = 0; at < Math.min(ids.length, most); at += BATCH) {
      const part = ids.slice(at, Math.min(at + BATCH, most));
      found.push(...(await this.get(place, part, lane)));
    }
    return found.sort(
      (a, b) => (b.createTime?.getTime() ?? 0) - (a.createTime?.getTime() ?? 0),
    );
  }

  #send<T>(
    place: Place,
    operation: string,
    lane: Lane,
    send: (client: CodeDeployClient) => Promise<T>,
  ): Promise<T> {
    return withAwsErrors(
      {
        service: 'codedeploy',
        operation,
        ...place,
        resource: 'deployments of CodeDeploy',
      },
      () => send(this.#clients.read(CodeDeployClient, place, { lane })),
    );
  }
}
