import {
  GetAliasCommand,
  LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import {
  AwsClients,
  awsErrorCode,
  requestIdOf,
  toBackstageError,
} from '@careplane/aws-node';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type {
  ObservedTarget,
  PastMoves,
  TargetDriver,
  TargetRef,
  WriteContext,
  WriteResult,
} from '@careplane/backstage-plugin-release-node';
import { Check, check, fail, pass } from '../lib/checks';
import { allow, releaseSession } from '../lib/sessions';
import { aliasHistory } from './history';
import { LambdaPreflight } from './Preflight';
import type { PastDeployments } from '../codedeploy/PastDeployments';
import { TargetTrail, unreadOf } from '../lib/TargetTrail';
import { AliasArn, readVersion, VersionFacts } from './versions';

const PUBLISHED = /^[0-9]+$/;

function aliasOf(target: TargetRef): AliasArn {
  return parseArnOf(target.arn, 'lambda-alias');
}

const named = (alias: AliasArn) =>
  `Alias ${alias.alias} of ${alias.functionName}`;

const context = (alias: AliasArn, operation: string) => ({
  service: 'lambda',
  operation,
  accountId: alias.accountId,
  region: alias.region,
  resource: named(alias),
});

/** Moves a Lambda alias by compare-and-swap on its RevisionId (INV-01). */
export class LambdaAliasDriver implements TargetDriver {
  readonly kind = 'lambda-alias' as const;
  private readonly lastLook: LambdaPreflight;

  constructor(
    private readonly clients: AwsClients,
    private readonly trail = new TargetTrail(clients),
    private readonly past?: PastDeployments,
  ) {
    this.lastLook = new LambdaPreflight(clients);
  }

  /**
   * A weighted alias needs two published versions with the same execution role
   * and the same dead-letter queue or none (INV-05):
   * https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
   */
  async supports(target: TargetRef, from: Revision, to: Revision) {
    const refuse = (reason: string) => ({ canary: { allowed: false, reason } });
    if (from.id === to.id) {
      return refuse(`Version ${to.id} has all traffic already.`);
    }
    if (!PUBLISHED.test(from.id) || !PUBLISHED.test(to.id)) {
      return refuse(
        'AWS shares traffic between published versions only, and $LATEST is none. All-at-once works.',
      );
    }
    const alias = aliasOf(target);
    const [old, next] = await Promise.all([
      readVersion(this.clients, alias, from.id),
      readVersion(this.clients, alias, to.id),
    ]);
    if (old.role !== next.role) {
      return refuse(
        `Versions ${from.id} and ${to.id} have different execution roles, and AWS shares traffic only between versions with the same one. All-at-once works.`,
      );
    }
    if (old.deadLetterTarget !== next.deadLetterTarget) {
      return refuse(
        `Versions ${from.id} and ${to.id} have different dead-letter queues, and AWS shares traffic only between versions with the same one. All-at-once works.`,
      );
    }
    return { canary: { allowed: true } };
  }

  preflight(target: TargetRef, from: Revision, to: Revision) {
    return this.lastLook.checks(aliasOf(target), from, to);
  }

  readiness(target: TargetRef) {
    return this.lastLook.readiness(aliasOf(target));
  }

  async observe(
    target: TargetRef,
    options: { rollback?: boolean } = {},
  ): Promise<ObservedTarget> {
    const alias = aliasOf(target);
    const lane = options.rollback ? 'rollback' : 'normal';
    const client = this.clients.read(LambdaClient, alias, { lane });
    let found;
    try {
      found = await client.send(
        new GetAliasCommand({
          FunctionName: alias.functionName,
          Name: alias.alias,
        }),
      );
    } catch (error) {
      const mapped = toBackstageError(error, context(alias, 'GetAlias'));
      if (mapped instanceof NotFoundError) return { exists: false };
      throw mapped;
    }
    const version = found.FunctionVersion;
    if (!version) {
      throw new NotFoundError(`${named(alias)} points at no version.`);
    }
    const weights = Object.entries(
      found.RoutingConfig?.AdditionalVersionWeights ?? {},
    );
    const [stable, candidate] = await Promise.all([
      readVersion(this.clients, alias, version, lane),
      weights.length
        ? readVersion(this.clients, alias, weights[0][0], lane)
        : undefined,
    ]);
    return {
      exists: true,
      stable: stable.revision,
      configuration: stable.configuration,
      ...(candidate && {
        candidate: { revision: candidate.revision, weight: weights[0][1] },
      }),
      casToken: found.RevisionId,
      requestId: requestIdOf(found),
    };
  }

  async viability(
    target: TargetRef,
    revision: Revision,
    options: { rollback?: boolean } = {},
  ): Promise<Check[]> {
    const alias = aliasOf(target);
    const lane = options.rollback ? 'rollback' : 'normal';
    let facts: VersionFacts;
    try {
      facts = await readVersion(this.clients, alias, revision.id, lane);
    } catch (error) {
      const gone = error instanceof NotFoundError;
      return [
        {
          id: 'version-exists',
          state: gone ? 'fail' : 'unknown',
          summary: gone
            ? `Version ${revision.id} was deleted.`
            : (error as Error).message,
        },
      ];
    }
    return Promise.all([
      check('version-exists', async () =>
        pass(`Version ${revision.id} exists.`),
      ),
      check('same-artifact', async () =>
        facts.revision.contentHash === revision.contentHash
          ? pass('Its code is the one recorded.')
          : fail('Its code hash is not the one recorded.'),
      ),
      check('version-active', async () => {
        if (facts.lastUpdateStatus === 'Failed') {
          return fail('Its last update failed.');
        }
        switch (facts.state) {
          case 'Active':
            return pass('It is active.');
          case 'Pending':
            return { state: 'unknown', summary: 'It is being made ready.' };
          case undefined:
            return { state: 'unknown', summary: 'AWS names no state.' };
          case 'Inactive':
            return fail(
              'It is inactive: nothing called it for weeks, and its first call would be rejected. Invoke it once.',
            );
          default:
            return fail(`It is not active but ${facts.state}.`);
        }
      }),
    ]);
  }

  /**
   * One UpdateAlias. The weight map is always written, empty where one version
   * has all traffic: left out, AWS keeps the old weights (INV-07).
   */
  async shift(
    target: TargetRef,
    expected: ObservedTarget,
    to: {
      stable: Revision;
      candidate?: { revision: Revision; weight: number };
    },
    write: WriteContext,
  ): Promise<WriteResult> {
    const alias = aliasOf(target);
    if (!expected.casToken) {
      throw new InputError(
        `${named(alias)} is moved only against the RevisionId that was read.`,
      );
    }
    const weight = to.candidate?.weight;
    if (weight !== undefined && !(weight > 0 && weight < 1)) {
      throw new InputError(
        `A candidate's weight is more than 0 and less than 1, not ${weight}.`,
      );
    }
    for (const { id } of [to.stable, to.candidate?.revision ?? to.stable]) {
      if (!PUBLISHED.test(id)) {
        throw new InputError(`'${id}' is not a published version.`);
      }
    }
    const client = this.clients.write(
      LambdaClient,
      alias,
      releaseSession(
        write,
        allow({
          actions: ['lambda:UpdateAlias'],
          resources: [target.arn, target.arn.replace(/:[^:]+$/, '')],
        }),
      ),
    );
    try {
      const done = await client.send(
        new UpdateAliasCommand({
          FunctionName: alias.functionName,
          Name: alias.alias,
          FunctionVersion: to.stable.id,
          RoutingConfig: {
            AdditionalVersionWeights: to.candidate
              ? { [to.candidate.revision.id]: to.candidate.weight }
              : {},
          },
          RevisionId: expected.casToken,
        }),
      );
      return { requestId: requestIdOf(done), casToken: done.RevisionId };
    } catch (error) {
      // Unlike a stale RevisionId (412), it says nothing about the alias.
      if (awsErrorCode(error) === 'ResourceConflictException') {
        throw new ServiceUnavailableError(
          `Another operation on ${alias.functionName} is under way, and AWS takes no other meanwhile.`,
          error,
        );
      }
      throw toBackstageError(error, {
        ...context(alias, 'UpdateAlias'),
        role: 'release',
      });
    }
  }

  /**
   * Moves to versions that still exist; a deleted one cannot be identified.
   * CloudTrail knows 90 days, CodeDeploy its deployments of before as well.
   */
  async history(target: TargetRef): Promise<PastMoves> {
    const alias = aliasOf(target);
    const trail = await this.trail.of(target);
    const past = await this.past?.of(target);
    const moves = aliasHistory(trail.found, past?.deployed ?? []);
    const revisions = new Map<string, Revision>();
    for (const version of new Set(moves.map(move => move.revision))) {
      try {
        const { revision } = await readVersion(this.clients, alias, version);
        revisions.set(version, revision);
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
    }
    return {
      moves: moves.flatMap(({ revision: version, ...move }) => {
        const revision = revisions.get(version);
        return revision ? [{ revision, ...move }] : [];
      }),
      unread: [...unreadOf(trail), ...(past?.unread ?? [])],
    };
  }
}
