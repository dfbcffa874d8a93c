import { InputError } from '@backstage/errors';
import fc from 'fast-check';
import {
  actorOfSourceIdentity,
  AUTOMATIC_ACTOR,
  sessionNameOf,
  sourceIdentityOf,
} from './sourceIdentity';

const part = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,30}$/);
const ref = fc
  .tuple(fc.constantFrom('user', 'group', 'user'), part, part)
  .map(([kind, namespace, name]) => `${kind}:${namespace}/${name}`);

const accepted = (actor: string): string | undefined => {
  try {
    return sourceIdentityOf(actor);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
};

describe('sourceIdentityOf', () => {
  it('drops user:default/ and maps the separators of other refs', () => {
    expect(sourceIdentityOf('user:default/maya.chen')).toBe('maya.chen');
    expect(sourceIdentityOf('user:acme/maya.chen')).toBe('user=acme,maya.chen');
    expect(sourceIdentityOf(AUTOMATIC_ACTOR)).toBe('careplane-auto');
  });

  it('gives only what AWS takes, or refuses', () => {
    fc.assert(
      fc.property(fc.oneof(ref, fc.string()), actor => {
        const identity = accepted(actor);
        expect(identity ?? 'refused').toMatch(/^[A-Za-z0-9_+=,.@-]{2,64}$/);
      }),
    );
  });

  it('can be read back', () => {
    fc.assert(
      fc.property(ref, actor => {
        const identity = accepted(actor);
        fc.pre(identity !== undefined);
        expect(actorOfSourceIdentity(identity!)).toBe(actor);
      }),
    );
  });

  it('never gives two actors the same identity', () => {
    fc.assert(
      fc.property(ref, ref, (a, b) => {
        const one = accepted(a);
        fc.pre(one !== undefined && a !== b);
        expect(accepted(b)).not.toBe(one);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a ref that is too long, saying how long', () => {
    const long = `user:default/${'a'.repeat(65)}`;
    expect(() => sourceIdentityOf(long)).toThrow(/at most|2 to 64.*it has 65/);
    expect(sourceIdentityOf(`user:default/${'a'.repeat(64)}`)).toHaveLength(64);
  });

  it('refuses a person who is named like the automatic actor', () => {
    expect(() => sourceIdentityOf('user:default/careplane-auto')).toThrow(
      /reserved/,
    );
  });
});

describe('sessionNameOf', () => {
  it('puts cp- before the rollout, and refuses what AWS would', () => {
    expect(sessionNameOf('0b1e7c6a-1111')).toBe('cp-0b1e7c6a-1111');
    expect(() => sessionNameOf('a'.repeat(62))).toThrow(InputError);
    expect(() => sessionNameOf('a b')).toThrow(InputError);
    expect(() => sessionNameOf('')).toThrow(InputError);
  });
});
