import type {
  AwsAccounts,
  AwsClientConstructor,
  AwsClients,
  DeliveryAccount,
  PolicyStatement,
} from '@careplane/aws-node';
import { NotAllowedError } from '@backstage/errors';
import type { ActionContext } from '@backstage/plugin-scaffolder-node';
import type { JsonObject } from '@backstage/types';

/** What every action needs to reach the delivery account. */
export interface AwsDependencies {
  accounts: AwsAccounts;
  clients: AwsClients;
}

/** The parts of a scaffolder task that AWS records. */
export type TaskIdentity = Pick<
  ActionContext<JsonObject>,
  'task' | 'user' | 'isDryRun'
>;

/** The account and region of repositories and pipelines: from config, never from input. */
export function deliveryOf({ accounts }: AwsDependencies): DeliveryAccount {
  return accounts.delivery();
}

/** A client of role `read` in the delivery account. */
export function reader<C>(
  dependencies: AwsDependencies,
  client: AwsClientConstructor<C>,
): C {
  return dependencies.clients.read(client, deliveryOf(dependencies));
}

/**
 * A client of role `create`, as the person who started the task, cut to what
 * the statements name.
 *
 * @throws NotAllowedError where no person started the task: AWS records one
 *   as SourceIdentity (45 CFR 164.312(a)(2)(i)).
 */
export function creator<C>(
  dependencies: AwsDependencies,
  client: AwsClientConstructor<C>,
  identity: TaskIdentity,
  statements: PolicyStatement[],
): C {
  const person = identity.user?.ref;
  if (!person) {
    throw new NotAllowedError(
      'Creating resources in AWS needs a signed-in person; this task was started by a program',
    );
  }
  return dependencies.clients.write(client, deliveryOf(dependencies), {
    role: 'create',
    actor: person,
    startedBy: person,
    rolloutId: identity.task.id,
    sessionPolicy: { Version: '2012-10-17', Statement: statements },
  });
}

/** `arn:<partition>:<service>:<region>:<account>:<rest>` in the delivery account. */
export function deliveryArn(
  dependencies: AwsDependencies,
  service: string,
  rest: string,
): string {
  const { accountId, region } = deliveryOf(dependencies);
  const { partition } = dependencies.accounts.get(accountId);
  const place = service === 'iam' ? '' : region;
  return `arn:${partition}:${service}:${place}:${accountId}:${rest}`;
}
