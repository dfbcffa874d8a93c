// What AWS's documentation leaves open, or says in a place that may be old.
// Each answer is a short text that is the same wherever it is asked.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipOf } from './zip.mjs';

const codeOf = async run => {
  try {
    await run();
    return 'taken';
  } catch (error) {
    return error.name;
  }
};

const weightsOf = ({ RoutingConfig }) =>
  JSON.stringify(RoutingConfig?.AdditionalVersionWeights ?? {});

/** What the questions need, and how it is made; removed by `remove`. */
export class Estate {
  constructor(cli, name, role) {
    const folder = mkdtempSync(join(tmpdir(), name));
    Object.assign(this, { cli, name, role, folder });
  }

  lambda(operation, input = {}, extra) {
    return this.cli.call(
      'lambda',
      operation,
      { FunctionName: this.name, ...input },
      extra,
    );
  }

  settled() {
    return this.cli.until(
      () => this.lambda('get-function-configuration'),
      ({ State, LastUpdateStatus }) =>
        State === 'Active' && LastUpdateStatus !== 'InProgress',
    );
  }

  async make() {
    await this.lambda(
      'create-function',
      {
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: this.role,
        MemorySize: 128,
      },
      this.zip('one'),
    );
    await this.settled();
  }

  /** From a file: the two versions of the CLI read bytes in JSON differently. */
  zip(text) {
    const file = join(this.folder, `${text}.zip`);
    writeFileSync(
      file,
      zipOf('index.js', `exports.handler = async () => '${text}';`),
    );
    return ['--zip-file', `fileb://${file}`];
  }

  async publish() {
    const { Version } = await this.lambda('publish-version');
    await this.settled();
    return Version;
  }

  async change(text) {
    await this.lambda('update-function-code', {}, this.zip(text));
    await this.settled();
    return this.publish();
  }

  alias(input, Name = 'live') {
    return this.lambda('update-alias', { Name, ...input });
  }

  /** The function with its versions, aliases and provisioned concurrency. */
  async remove() {
    rmSync(this.folder, { recursive: true, force: true });
    const removed = await codeOf(() => this.lambda('delete-function'));
    if (!['taken', 'ResourceNotFoundException'].includes(removed)) {
      throw new Error(`${this.name} was not deleted: ${removed}`);
    }
  }
}

/** In this order: each begins where the one before it left the function. */
export const QUESTIONS = [
  {
    id: 'INV-10',
    ask: 'Does publishing unchanged code give the version that is there?',
    async answer(estate) {
      const first = await estate.publish();
      const second = await estate.publish();
      await estate.lambda('update-function-configuration', { MemorySize: 128 });
      await estate.settled();
      const third = await estate.publish();
      const word = (before, after) =>
        before === after ? 'the same' : 'a new one';
      return `again: ${word(
        first,
        second,
      )}; after an update that changes nothing: ${word(second, third)}`;
    },
  },
  {
    id: 'INV-01',
    ask: 'What does a write with an old RevisionId give?',
    async answer(estate) {
      const { Version: newest } = (
        await estate.lambda('list-versions-by-function')
      ).Versions.at(-1);
      estate.stable = newest;
      estate.candidate = await estate.change('two');
      const { RevisionId } = await estate.lambda('create-alias', {
        Name: 'live',
        FunctionVersion: estate.stable,
      });
      await estate.alias({ Description: 'changed', RevisionId });
      return codeOf(() => estate.alias({ Description: 'late', RevisionId }));
    },
  },
  {
    id: 'INV-07',
    ask: 'Does an update without RoutingConfig keep the weights, and an empty map clear them?',
    async answer(estate) {
      const weights = { [estate.candidate]: 0.1 };
      await estate.alias({
        RoutingConfig: { AdditionalVersionWeights: weights },
      });
      const kept = await estate.alias({ Description: 'without' });
      const cleared = await estate.alias({
        RoutingConfig: { AdditionalVersionWeights: {} },
      });
      const is = (alias, what) =>
        weightsOf(alias) === JSON.stringify(what) ? 'yes' : 'no';
      return `keeps: ${is(kept, weights)}; clears: ${is(cleared, {})}`;
    },
  },
  {
    id: 'INV-05',
    ask: 'Is a weight for $LATEST refused?',
    answer: estate =>
      codeOf(() =>
        estate.alias({
          RoutingConfig: { AdditionalVersionWeights: { $LATEST: 0.1 } },
        }),
      ),
  },
  {
    id: 'INV-12a',
    ask: 'May an alias with provisioned concurrency get a weight, and a weighted one provisioned concurrency?',
    async answer(estate) {
      const pc = { Qualifier: 'live', ProvisionedConcurrentExecutions: 1 };
      await estate.lambda('put-provisioned-concurrency-config', pc);
      await estate.cli.until(
        () =>
          estate.lambda('get-provisioned-concurrency-config', {
            Qualifier: 'live',
          }),
        ({ Status }) => Status !== 'IN_PROGRESS',
        600,
      );
      const weight = await codeOf(() =>
        estate.alias({
          RoutingConfig: {
            AdditionalVersionWeights: { [estate.candidate]: 0.1 },
          },
        }),
      );
      const again = await codeOf(() =>
        estate.lambda('put-provisioned-concurrency-config', {
          ...pc,
          ProvisionedConcurrentExecutions: 2,
        }),
      );
      await estate.alias({ RoutingConfig: { AdditionalVersionWeights: {} } });
      return `weight: ${weight}; configuration while weighted: ${again}`;
    },
  },
  {
    id: 'INV-12b',
    ask: 'May two aliases have provisioned concurrency for one version?',
    async answer(estate) {
      await estate.lambda('create-alias', {
        Name: 'other',
        FunctionVersion: estate.stable,
      });
      return codeOf(() =>
        estate.lambda('put-provisioned-concurrency-config', {
          Qualifier: 'other',
          ProvisionedConcurrentExecutions: 1,
        }),
      );
    },
  },
];

/** Left open all the same, and why. */
export const NOT_ASKED = [
  [
    'INV-19',
    'Whether ECS resolves the tag of an old task definition afresh: it needs a VPC and images that are pushed; Careplane depends on neither answer, since it goes back by digest.',
  ],
  [
    'Quotas',
    'Rates of CodePipeline, CodeDeploy and ECR reads: they are unpublished, and trying them out throttles whoever else uses the account. Careplane begins at 5 calls a second, and its budgets show what was throttled.',
  ],
];
