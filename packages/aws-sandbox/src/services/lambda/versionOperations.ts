import type * as sdk from '@aws-sdk/client-lambda';
import type { Operations } from '../../core';
import { requireSettled } from './lifecycle';
import { invalid, refer, requireFunction, requireRevisionId } from './lookup';
import { toConfiguration } from './model';
import { page } from './page';
import { publish } from './publish';

const PAGE = 50;

/** Published versions: made once, listed, never changed. */
export const versionOperations = {
  PublishVersion(input, context) {
    const reference = refer(context, input.FunctionName);
    const { state, name } = reference;
    const record = requireFunction(reference);
    const { latest } = record;
    requireRevisionId(input.RevisionId, latest.revisionId, 'GetFunction');
    if (input.CodeSha256 && input.CodeSha256 !== latest.code.sha256) {
      throw invalid(
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    requireSettled(state, name, latest);
    const version = publish(context.sandbox, state, record, input.Description);
    return toConfiguration(state, name, version);
  },

  ListVersionsByFunction(input, context) {
    const reference = refer(context, input.FunctionName);
    const { state, name } = reference;
    const { latest } = requireFunction(reference);
    const shown = page(
      [latest, ...state.versionsOf(name)],
      revision => revision.version,
      {
        ...input,
        MaxItems: Math.min(input.MaxItems ?? PAGE, PAGE),
      },
    );
    return {
      NextMarker: shown.next,
      Versions: shown.items.map(revision =>
        toConfiguration(state, name, revision, revision.version),
      ),
    };
  },
} satisfies Operations<typeof sdk>;
