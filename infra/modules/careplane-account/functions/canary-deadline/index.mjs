import {
  GetAliasCommand,
  LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { judge, readDeadline } from './judge.mjs';

/** Somebody else's write in between is looked at once more, and no further. */
const ATTEMPTS = 2;

/**
 * Returns a canary that nobody looked after to the version it came from.
 *
 * @param event - `{alias, stable, candidate, rollout}`: the alias ARN, two
 *   version numbers and the rollout that armed the deadline.
 * @returns `{rollout, alias, outcome, ...}`; `outcome` is `returned` or `left`,
 *   with the reason and what was seen. The same is logged as one line.
 * @throws what Lambda's API throws, so that the caller tries again.
 */
export const handler = async (event, _context, client = new LambdaClient()) => {
  const deadline = readDeadline(event);
  const report = await run(deadline, client);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return report;
};

async function run(deadline, client) {
  const { functionName, aliasName, stable, candidate } = deadline;
  const about = {
    rollout: deadline.rollout,
    alias: deadline.alias,
    stable,
    candidate,
  };
  for (let attempt = 1; ; attempt += 1) {
    const seen = await readAlias(client, functionName, aliasName);
    if (!seen) return { ...about, outcome: 'left', reason: 'alias-not-found' };
    const verdict = judge(deadline, seen);
    if (!verdict.returns) {
      return { ...about, outcome: 'left', ...verdict.report };
    }
    try {
      await client.send(
        new UpdateAliasCommand({
          FunctionName: functionName,
          Name: aliasName,
          FunctionVersion: stable,
          // Left out, AWS would keep the old weights.
          RoutingConfig: { AdditionalVersionWeights: {} },
          RevisionId: seen.RevisionId,
        }),
      );
      return { ...about, outcome: 'returned', ...verdict.report };
    } catch (error) {
      if (error.name !== 'PreconditionFailedException') throw error;
      if (attempt === ATTEMPTS) {
        return { ...about, outcome: 'left', reason: 'lost-race' };
      }
    }
  }
}

async function readAlias(client, FunctionName, Name) {
  try {
    return await client.send(new GetAliasCommand({ FunctionName, Name }));
  } catch (error) {
    if (error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
