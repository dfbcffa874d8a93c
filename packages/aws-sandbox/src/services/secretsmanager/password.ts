import { randomInt } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-secrets-manager';
import type { InputOf } from '../../core';
import { invalidParameter } from './model';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const pick = (text: string) => text[randomInt(text.length)];

/** A password with at least one of each kind, unless that is turned off. */
export function randomPassword(
  input: InputOf<typeof sdk, 'GetRandomPassword'>,
): string {
  const excluded = new Set(input.ExcludeCharacters ?? '');
  const kinds = [
    input.ExcludeUppercase ? '' : UPPER,
    input.ExcludeLowercase ? '' : UPPER.toLowerCase(),
    input.ExcludeNumbers ? '' : DIGITS,
    input.ExcludePunctuation ? '' : PUNCTUATION,
    input.IncludeSpace ? ' ' : '',
  ]
    .map(kind => [...kind].filter(one => !excluded.has(one)).join(''))
    .filter(kind => kind !== '');
  const length = input.PasswordLength ?? 32;
  const required = input.RequireEachIncludedType === false ? [] : kinds;
  if (kinds.length === 0 || length < Math.max(required.length, 1)) {
    throw invalidParameter(
      'The password length is too short based on the required types, or every character is excluded.',
    );
  }
  const all = kinds.join('');
  const characters = required.map(pick);
  while (characters.length < length) characters.push(pick(all));
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [
      characters[other],
      characters[last],
    ];
  }
  return characters.join('');
}
