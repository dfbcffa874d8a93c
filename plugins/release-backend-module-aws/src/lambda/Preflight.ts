import {
  GetAliasCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListProvisionedConcurrencyConfigsCommand,
} from '@aws-sdk/client-lambda';
import { NotFoundError } from '@backstage/errors';
import { AwsClients, toBackstageError } from '@careplane/aws-node';
import type {
  PreflightCheck,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type { Readiness } from '@careplane/backstage-plugin-release-node';
import { AliasArn, readVersion } from './versions';

type Found = Pick<PreflightCheck, 'state' | 'summary'>;
type Named = Omit<PreflightCheck, 'state' | 'summary'>;

const pass = (summary: string): Found => ({ state: 'pass', summary });
const fail = (summary: string): Found => ({ state: 'fail', summary });
const warn = (summary: string): Found => ({ state: 'warning', summary });

/** One check by its name. What AWS does not answer is unknown, never a pass. */
async function check(
  named: Named,
  find: () => Promise<Found>,
): Promise<PreflightCheck> {
  try {
    return { ...named, ...(await find()) };
  } catch (error) {
    const summary = error instanceof Error ? error.message : 'No answer.';
    return { ...named, state: 'unknown', summary };
  }
}

/**
 * What provisioned concurrency means for a move: each version can have one
 * configuration, so two aliases cannot both have it for the same (SC-X14).
 * https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export function provisionedCheck(
  alias: string,
  candidate: string,
  configured: { alias: string; version?: string }[],
): Found {
  if (!configured.some(one => one.alias === alias)) {
    return pass('It has no provisioned concurrency.');
  }
  const other = configured.find(
    one => one.alias !== alias && one.version === candidate,
  );
  return other
    ? fail(
        `Alias ${other.alias} has provisioned concurrency for version ${candidate} too, and AWS keeps it for one alias of a version only. Take it off one of them first.`,
      )
    : warn(
        'It has provisioned concurrency: calls of the candidate start cold until it has all traffic, and the rollout waits then until it is ready.',
      );
}

/** Looks at everything that AWS would refuse in the middle of a move. */
export class LambdaPreflight {
  constructor(private readonly clients: AwsClients) {}

  async checks(
    alias: AliasArn,
    from: Revision,
    to: Revision,
  ): Promise<PreflightCheck[]> {
    const versions = Promise.all([
      readVersion(this.clients, alias, from.id),
      readVersion(this.clients, alias, to.id),
    ]);
    // Each check waits for it and says what went wrong.
    versions.catch(() => undefined);
    const pair = `Versions ${from.id} and ${to.id}`;
    const only = 'AWS shares traffic only between versions with the same one.';
    return Promise.all([
      check(
        { id: 'same-role', title: 'Same role', canaryOnly: true },
        async () => {
          const [old, next] = await versions;
          return old.role === next.role
            ? pass(`${pair} have the same execution role.`)
            : fail(`${pair} have different execution roles. ${only}`);
        },
      ),
      check(
        { id: 'same-dlq', title: 'Same dead-letter queue', canaryOnly: true },
        async () => {
          const [old, next] = await versions;
          return old.deadLetterTarget === next.deadLetterTarget
            ? pass(`${pair} have the same dead-letter queue, or none.`)
            : fail(`${pair} have different dead-letter queues. ${only}`);
        },
      ),
      check({ id: 'callable', title: 'Can be called' }, () =>
        this.#dryRun(alias, to),
      ),
      check(
        { id: 'provisioned-concurrency', title: 'Provisioned concurrency' },
        () => this.#provisioned(alias, to),
      ),
      check({ id: 'invokers', title: 'Has callers', canaryOnly: true }, () =>
        this.#invokers(alias),
      ),
    ]);
  }

  /** A dry run: Lambda checks that it could be called, and runs nothing. */
  async #dryRun(alias: AliasArn, { id }: Revision): Promise<Found> {
    try {
      await this.#send(alias, 'Invoke', client =>
        client.send(
          new InvokeCommand({
            FunctionName: alias.functionName,
            Qualifier: id,
            InvocationType: 'DryRun',
          }),
        ),
      );
      return pass(`A dry run of version ${id} was accepted.`);
    } catch (error) {
      if ((error as Error).name !== 'NotAllowedError') throw error;
      return warn(
        'The read role may not call it (lambda:InvokeFunction), so that it can be called is not proved.',
      );
    }
  }

  async #provisioned(alias: AliasArn, candidate: Revision): Promise<Found> {
    const names = await this.#provisionedNames(alias);
    const configured = await Promise.all(
      names.map(async name => ({
        alias: name,
        version:
          name === alias.alias || /^\d+$/.test(name)
            ? name
            : await this.#versionOf(alias, name),
      })),
    );
    return provisionedCheck(alias.alias, candidate.id, configured);
  }

  /** Aliases and versions of the function that have it. */
  async #provisionedNames(alias: AliasArn, Marker?: string): Promise<string[]> {
    const { ProvisionedConcurrencyConfigs: found = [], NextMarker } =
      await this.#send(alias, 'ListProvisionedConcurrencyConfigs', client =>
        client.send(
          new ListProvisionedConcurrencyConfigsCommand({
            FunctionName: alias.functionName,
            Marker,
          }),
        ),
      );
    const names = found.map(one => one.FunctionArn?.split(':').pop() ?? '');
    return NextMarker
      ? [...names, ...(await this.#provisionedNames(alias, NextMarker))]
      : names;
  }

  async #versionOf(alias: AliasArn, Name: string) {
    const { FunctionVersion } = await this.#send(alias, 'GetAlias', client =>
      client.send(
        new GetAliasCommand({ FunctionName: alias.functionName, Name }),
      ),
    );
    return FunctionVersion;
  }

  /** Weights do nothing where nobody calls the alias (INV-18). */
  async #invokers(alias: AliasArn): Promise<Found> {
    const [policy, mappings] = await Promise.all([
      this.#send(alias, 'GetPolicy', client =>
        client.send(
          new GetPolicyCommand({
            FunctionName: alias.functionName,
            Qualifier: alias.alias,
          }),
        ),
      ).catch(error => {
        if (error instanceof NotFoundError) return undefined;
        throw error;
      }),
      this.#send(alias, 'ListEventSourceMappings', client =>
        client.send(
          new ListEventSourceMappingsCommand({
            FunctionName: `${alias.functionName}:${alias.alias}`,
          }),
        ),
      ),
    ]);
    const sources = mappings.EventSourceMappings?.length ?? 0;
    return policy?.Policy || sources
      ? pass('The alias has a permission or an event source that calls it.')
      : warn(
          'Nothing is known to call this alias: it has no permission and no event source, so a canary would see no traffic and be inconclusive.',
        );
  }

  /** Whether provisioned concurrency has followed the alias to its version. */
  async readiness(alias: AliasArn): Promise<Readiness> {
    try {
      const { Status, AllocatedProvisionedConcurrentExecutions: ready } =
        await this.#send(alias, 'GetProvisionedConcurrencyConfig', client =>
          client.send(
            new GetProvisionedConcurrencyConfigCommand({
              FunctionName: alias.functionName,
              Qualifier: alias.alias,
            }),
          ),
        );
      if (Status === 'READY') return { state: 'ready' };
      return {
        state: Status === 'FAILED' ? 'failed' : 'preparing',
        summary: `Provisioned concurrency is ${
          Status === 'FAILED' ? 'failed' : 'being prepared'
        } (${ready ?? 0} ready).`,
      };
    } catch (error) {
      // It was taken off meanwhile: nothing to wait for.
      if (error instanceof NotFoundError) return { state: 'ready' };
      throw error;
    }
  }

  async #send<T>(
    alias: AliasArn,
    operation: string,
    run: (client: LambdaClient) => Promise<T>,
  ): Promise<T> {
    try {
      return await run(this.clients.read(LambdaClient, alias));
    } catch (error) {
      throw toBackstageError(error, {
        service: 'lambda',
        operation,
        accountId: alias.accountId,
        region: alias.region,
        resource: `alias ${alias.alias} of ${alias.functionName}`,
      });
    }
  }
}
