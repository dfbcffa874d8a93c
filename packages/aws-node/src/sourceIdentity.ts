import { InputError } from '@backstage/errors';
import { shorten } from '@careplane/aws-common';

/** SourceIdentity of acts that no person clicked. */
export const AUTOMATIC_ACTOR = 'careplane-auto';

const USER_PREFIX = 'user:default/';
const ENTITY_REF = /^[a-z0-9._+-]+:[a-z0-9._-]+\/[A-Za-z0-9._-]+$/;
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const ALLOWED = /^[A-Za-z0-9_+=,.@-]{2,64}$/;

/**
 * The STS SourceIdentity of an actor, which CloudTrail records with every call
 * of the session: `user:default/` is dropped, `:` becomes `=`, `/` becomes `,`.
 * No two actors share one.
 *
 * @throws InputError when the ref is not one, or is too long for AWS: a write
 * that cannot be attributed to its person is not made (45 CFR 164.312(a)(2)(i)).
 */
export function sourceIdentityOf(actor: string): string {
  if (actor === AUTOMATIC_ACTOR) return actor;
  if (!ENTITY_REF.test(actor)) {
    throw new InputError(
      `'${shorten(
        actor,
      )}' is not an entity ref such as user:default/jane.doe, so AWS could not record who acts.`,
    );
  }
  if (actor === `${USER_PREFIX}${AUTOMATIC_ACTOR}`) {
    throw new InputError(
      `'${actor}' may not act: its name is reserved for automatic acts.`,
    );
  }
  const identity = actor.startsWith(USER_PREFIX)
    ? actor.slice(USER_PREFIX.length)
    : actor.replace(/:/g, '=').replace(/\//g, ',');
  if (!ALLOWED.test(identity)) {
    throw new InputError(
      `'${shorten(
        actor,
      )}' cannot be an AWS SourceIdentity: after mapping it must have 2 to 64 characters of A-Z a-z 0-9 _ + = , . @ -, and it has ${
        identity.length
      }. Use a shorter entity name.`,
    );
  }
  return identity;
}

/**
 * The session name of a rollout's (or scaffolder task's) writes: `cp-<id>`.
 *
 * @throws InputError when AWS would not take it.
 */
export function sessionNameOf(rolloutId: string): string {
  const name = `cp-${rolloutId}`;
  if (!rolloutId || !ALLOWED.test(name)) {
    throw new InputError(
      `'${shorten(
        rolloutId,
      )}' cannot name an AWS session: with 'cp-' before it, at most 64 characters of A-Z a-z 0-9 _ + = , . @ -.`,
    );
  }
  return name;
}

/** The actor of a SourceIdentity; the inverse of {@link sourceIdentityOf}. */
export function actorOfSourceIdentity(identity: string): string {
  if (identity === AUTOMATIC_ACTOR) return identity;
  const parts = /^([^=]+)=([^,]+),(.+)$/.exec(identity);
  return parts
    ? `${parts[1]}:${parts[2]}/${parts[3]}`
    : `${USER_PREFIX}${identity}`;
}
