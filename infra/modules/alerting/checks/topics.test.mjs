import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, it } from 'node:test';

// CloudWatch keeps an alarm whose topic is not there, and tells nobody.
const LIVE = join(import.meta.dirname, '../../../live');
const TOPIC =
  /:\$\{local\.(?:organisation\.accounts\.(\w+)|account\.account_id)\}:\$\{local\.organisation\.alarm_topic\}/g;

/** Who sends alarms where, as folders of `live/`. */
const sent = globSync('*/*/*/terragrunt.stack.hcl', { cwd: LIVE }).flatMap(
  path => {
    const [from] = path.split(sep);
    return [...readFileSync(join(LIVE, path), 'utf8').matchAll(TOPIC)].map(
      ([, name]) => ({ path, from, to: name?.replace('_', '-') ?? from }),
    );
  },
);
const stackOf = account => {
  const [path] = globSync(`${account}/*/observability/terragrunt.stack.hcl`, {
    cwd: LIVE,
  });
  return path && readFileSync(join(LIVE, path), 'utf8');
};

describe('the topic that alarms are sent to', () => {
  it('is made by a stack of the account that is named', () => {
    assert.ok(sent.length > 0);
    for (const { path, to } of sent) {
      assert.match(
        stackOf(to) ?? '',
        /topic_name\s*= local\.organisation\.alarm_topic/,
        `${path} sends alarms to ${to}, which has no topic`,
      );
    }
  });

  it('takes those of another account only where it says so', () => {
    const foreign = sent.filter(({ from, to }) => from !== to);
    assert.ok(foreign.length > 0);
    for (const { path, to } of foreign) {
      assert.match(
        stackOf(to) ?? '',
        /organisation_id\s*= local\.organisation\.organisation_id/,
        `${path} sends alarms to ${to}, which takes its own alone`,
      );
    }
  });
});
