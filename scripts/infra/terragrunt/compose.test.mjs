import assert from 'node:assert/strict';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { INFRA } from '../cache.mjs';
import { compose } from './compose.mjs';

const made = [];
after(() => made.forEach(one => rmSync(one, { recursive: true, force: true })));

const LIVE = 'live/prod/us-east-1/network/terragrunt.stack.hcl';
const UNIT = 'units/network/terragrunt.hcl';
const STACK = 'stacks/network/terragrunt.stack.hcl';

/** A copy of the network of prod, with `edits` made: file → [from, to]. */
async function composed(edits = {}) {
  const repository = mkdtempSync(join(tmpdir(), 'careplane-compose-'));
  made.push(repository);
  const infra = join(repository, 'infra');
  for (const part of ['root.hcl', 'live', 'stacks', 'units']) {
    cpSync(join(INFRA, part), join(infra, part), { recursive: true });
  }
  for (const [file, [from, to]] of Object.entries(edits)) {
    const path = join(infra, file);
    const text = readFileSync(path, 'utf8');
    assert.ok(text.includes(from), `${file} has no ${from}`);
    writeFileSync(path, text.replace(from, to));
  }
  const folder = join(infra, 'live/prod/us-east-1');
  const region = {
    account: 'prod',
    region: 'us-east-1',
    folder,
    stacks: ['network'],
  };
  const result = await compose(region, {
    repository,
    cache: join(repository, 'out'),
  });
  const read = at => JSON.parse(readFileSync(join(at, 'main.tf.json'), 'utf8'));
  return { ...result, root: read(result.folder), mocks: read(result.mocked) };
}

test('a stack becomes a root module, its dependencies references, in their order', async () => {
  const { problems, order, root, mocks } = await composed();
  assert.deepEqual(problems, []);
  assert.deepEqual(order, [
    'network--network--log_key',
    'network--network--network',
  ]);
  const { source, log_kms_key_arn: key } =
    root.module['network--network--network'];
  assert.match(source, /^(\.\.\/)+.*infra\/modules\/network$/);
  assert.equal(key, '${module.network--network--log_key.arn}');
  assert.match(
    mocks.module['network--network--network'].log_kms_key_arn,
    /^\$\{local\.cp_network__network__network__mock__log_key\.arn\}$/,
  );
});

test('the provider is what root.hcl generates', async () => {
  const { root } = await composed();
  const [provider] = root.provider.aws;
  assert.match(provider.region, /^\$\{local\.cp_root\.region\.aws_region\}$/);
  assert.equal(provider.default_tags[0].tags.ManagedBy, 'terraform');
});

const refused = [
  [
    'a dependency that nobody generates',
    {
      [STACK]: ['"../log-key"', '"../key"'],
    },
    /dependency "log_key": no unit is generated at/,
  ],
  [
    'an output that the mocks lack',
    {
      [UNIT]: [
        'dependency.log_key.outputs.arn',
        'dependency.log_key.outputs.key_arn',
      ],
    },
    /mock_outputs lack key_arn/,
  ],
  [
    'a dependency that is not declared',
    {
      [UNIT]: ['dependency.log_key.outputs.arn', 'dependency.key.outputs.arn'],
    },
    /dependency\.key is not declared/,
  ],
  [
    'a function that would have to be run',
    { [UNIT]: ['values.cidr', 'run_cmd("cat", "cidr")'] },
    /run_cmd\(\) would have to be run/,
  ],
  [
    'a block that Terragrunt does not know there',
    { [LIVE]: ['locals {', 'hooks {\n}\n\nlocals {'] },
    /`hooks` is not used in a stack file/,
  ],
  [
    'an attribute that is not in the table',
    { [UNIT]: ['config_path =', 'enabled     = true\n  config_path ='] },
    /dependency "log_key": `enabled` is not in the table/,
  ],
  [
    'inputs that are computed as a whole',
    { [UNIT]: ['inputs = {', 'inputs = merge(values, {})\n\nlocals {'] },
    /inputs are an object, one line per input/,
  ],
  [
    'a file that is not there to be read',
    { [LIVE]: ['"organisation.hcl"', '"company.hcl"'] },
    /there is no company\.hcl above/,
  ],
  [
    'a unit without the root',
    { [UNIT]: ['include "root"', 'include "base"'] },
    /does not include root\.hcl/,
  ],
  [
    'a dependency cycle',
    {
      [STACK]: [
        'units/kms-key"\n  path   = "log-key"\n\n  values = {',
        'units/network"\n  path   = "log-key"\n\n  values = {\n    log_key_path = "../network"',
      ],
    },
    /dependency cycle: network--network--log_key → network--network--network → network--network--log_key/,
  ],
];

for (const [what, edits, message] of refused) {
  test(`${what} is refused`, async () => {
    const { problems } = await composed(edits);
    assert.ok(problems.length > 0, 'nothing was said');
    assert.match(problems.join('\n'), message);
  });
}

test('HCL that does not parse is a problem with its place', async () => {
  const { problems } = await composed({
    [LIVE]: ['values = {', 'values = {{'],
  });
  assert.match(problems.join('\n'), /network\/terragrunt\.stack\.hcl/);
});
