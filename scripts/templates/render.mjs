// Renders a template as the portal does: the same engine, the same parts, the
// same order, with the values of a sample.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  chmodSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(
  join(root, 'node_modules/@backstage/plugin-scaffolder-backend/package.json'),
);
const { createTemplateRenderer } = require('nunjitsu');

export const TEMPLATES = ['lambda-api', 'fargate-service'];

/** The answers that a person could give, and what their combinations change. */
export function samples(template) {
  const stages = ['111111111111', '222222222222', '333333333333'].map(
    (accountId, index) => ({
      name: ['dev', 'qa', 'prod'][index],
      accountId,
      region: 'us-east-1',
    }),
  );
  const base = {
    name: 'claims-status-api',
    description: 'Says "where" a claim is: status, dates & amounts',
    owner: 'group:default/navigation',
    dataClass: 'phi',
    delivery: { accountId: '111111111111', region: 'us-east-1' },
    stages,
  };
  return {
    usual: { ...base, system: 'system:default/care-navigation' },
    'without a system': base,
    'first stage in an account of its own': {
      ...base,
      delivery: { ...base.delivery, accountId: '444444444444' },
    },
    'longest name': { ...base, name: `a${'b'.repeat(30)}9` },
    [`shortest name, ${template}`]: { ...base, name: 'abc', dataClass: 'none' },
  };
}

/** Writes the rendered service of one template to a folder. */
export function render(template, values, target) {
  const { spec } = parse(
    readFileSync(join(root, `templates/${template}.yaml`), 'utf8'),
  );
  for (const { action, input } of spec.steps) {
    if (action !== 'fetch:template') continue;
    const renderer = createTemplateRenderer({
      trimBlocks: input.trimBlocks,
      lstripBlocks: input.lstripBlocks,
      allowRegexExecution: true,
    });
    const context = renderer.prepareContext({
      values: {
        ...values,
        kind: input.values.kind,
        template: input.values.template,
      },
    });
    const from = join(root, 'templates', input.url);
    for (const entry of readdirSync(from, {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!entry.isFile()) continue;
      const source = join(entry.parentPath, entry.name);
      const file = join(target, source.slice(from.length));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(
        file,
        renderer.render(readFileSync(source, 'utf8'), context),
      );
      chmodSync(file, statSync(source).mode);
    }
  }
}
