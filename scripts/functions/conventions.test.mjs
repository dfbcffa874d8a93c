import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { bundleFunction } from './bundle.mjs';
import { listFunctions } from './list.mjs';

const functions = listFunctions();

/** IAM's prefix of an SDK client, where it is not the client's own name. */
const PREFIXES = {
  'secrets-manager': 'secretsmanager',
  eventbridge: 'events',
};

const read = (folder, file) => readFileSync(join(folder, file), 'utf8');

/** The function's own files and those that it imports beside them. */
function sourcesOf(folder) {
  const seen = new Set();
  const follow = file => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(
      /from '(\.[^']+)'/g,
    )) {
      follow(join(dirname(file), path));
    }
  };
  readdirSync(folder)
    .filter(name => name.endsWith('.mjs') && !name.endsWith('.test.mjs'))
    .forEach(name => follow(join(folder, name)));
  return [...seen].map(file => readFileSync(file, 'utf8'));
}

/** `service:Action` of every command that the code imports from an SDK client. */
function actionsIn(sources) {
  const actions = new Set();
  for (const source of sources) {
    for (const [, names, client] of source.matchAll(
      /import \{([^}]*)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g,
    )) {
      for (const [, action] of names.matchAll(/(\w+)Command\b/g)) {
        actions.add(`${PREFIXES[client] ?? client}:${action}`);
      }
    }
  }
  return [...actions].sort();
}

for (const { module, name, folder } of functions) {
  describe(`${module}/${name}`, () => {
    const sources = sourcesOf(folder);
    const permissions = JSON.parse(read(folder, 'permissions.json'));

    it('has a README and tests', () => {
      assert.match(read(folder, 'README.md'), new RegExp(`^# ${name}\n`));
      assert.ok(existsSync(join(folder, `${name}.test.mjs`)));
    });

    it('names as permissions what its code calls, and nothing that it does not', () => {
      const called = actionsIn(sources);
      const named = permissions.statements.flatMap(({ actions }) => actions);
      const missing = called.filter(action => !named.includes(action));
      assert.deepEqual(missing, []);
      // Keys are used by the services on the function's behalf.
      const spare = named.filter(
        action => !called.includes(action) && !action.startsWith('kms:'),
      );
      assert.deepEqual(spare, []);
    });

    it('asks for no wildcard action, and for every resource with a reason', () => {
      for (const { actions, resource, scope, why } of permissions.statements) {
        for (const action of actions) {
          assert.match(action, /^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
        }
        assert.ok(why, `${actions} says why`);
        assert.ok(
          resource === '*' || scope,
          `${actions} says which ${resource}`,
        );
      }
    });

    it('says where it runs, who invokes it and what it reads from its environment', () => {
      assert.match(permissions.name, /^careplane-[a-z-]+$/);
      assert.ok(permissions.invokedBy.length > 0);
      assert.equal(typeof permissions.vpc, 'boolean');
      assert.ok(permissions.timeoutSeconds > 0 && permissions.memoryMb >= 128);
      for (const { to, port } of permissions.egress) {
        assert.ok(to && Number.isInteger(port));
      }
      const used = new Set(
        sources.flatMap(source =>
          [...source.matchAll(/(?:process\.env|environment)\.([A-Z_]+)/g)].map(
            ([, variable]) => variable,
          ),
        ),
      );
      for (const variable of used) {
        assert.ok(
          permissions.environment[variable],
          `${variable} is explained`,
        );
      }
    });

    it('writes its log in one form, and never a whole event, value or error', () => {
      for (const source of sources) {
        assert.doesNotMatch(source, /\bconsole\.\w+\(/);
        assert.doesNotMatch(
          source,
          /JSON\.stringify\((event|error|value|values|current|pending|context)\)\s*\}?\\n/,
        );
      }
    });

    it('is built into the same file twice', async () => {
      const digest = async () =>
        createHash('sha256')
          .update(await bundleFunction(folder))
          .digest('hex');
      assert.equal(await digest(), await digest());
    });
  });
}
