import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { linesOf } from './mutateHcl.mjs';

test('a line is taken out where the plan has a value of it', t => {
  const module = mkdtempSync(join(tmpdir(), 'module-'));
  t.after(() => rmSync(module, { recursive: true }));
  writeFileSync(
    join(module, 'main.tf'),
    [
      'resource "aws_thing" "one" {',
      '  locked = true',
      '  colour = each.value.colour',
      '}',
      '',
      'resource "aws_thing" "absent" {',
      '  locked = true',
      '}',
    ].join('\n'),
  );
  const lines = linesOf(
    module,
    new Set(['aws_thing locked', 'aws_thing colour']),
    new Set([`${module} aws_thing one locked`]),
  );
  assert.deepEqual(
    lines.map(({ index, text }) => [index, text]),
    [[1, 'locked = true']],
  );
});
