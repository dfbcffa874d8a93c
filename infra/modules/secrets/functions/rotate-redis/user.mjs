import {
  DescribeUsersCommand,
  ModifyUserCommand,
} from '@aws-sdk/client-elasticache';
import { setTimeout as sleep } from 'node:timers/promises';
import { RotationError } from '../lib/rotation.mjs';

const POLL_MS = 1_000;
/** Below the function's own minute; Secrets Manager begins again after it. */
const ATTEMPTS = 40;

/**
 * Gives a user these passwords, one or two, and no other; a user that signed in
 * by IAM signs in by password from then on.
 *
 * @throws RotationError where the user is not there, or is busy for too long
 */
export async function setPasswords(elasticache, UserId, Passwords) {
  await untilActive(elasticache, UserId);
  await elasticache.send(
    new ModifyUserCommand({
      UserId,
      AuthenticationMode: { Type: 'password', Passwords },
    }),
  );
  await untilActive(elasticache, UserId);
}

async function untilActive(elasticache, UserId) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { Users } = await elasticache.send(
      new DescribeUsersCommand({ UserId }),
    );
    if (Users?.[0]?.Status === 'active') return;
    await sleep(POLL_MS);
  }
  throw new RotationError('the user is still being changed');
}
