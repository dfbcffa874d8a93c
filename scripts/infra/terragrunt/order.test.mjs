import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCycle, inOrder } from './order.mjs';

test('what is depended on comes first', () => {
  const edges = new Map([
    ['app', ['db', 'vpc']],
    ['db', ['vpc', 'key']],
    ['key', []],
    ['vpc', ['key']],
  ]);
  assert.equal(findCycle(edges), undefined);
  assert.deepEqual(inOrder(edges), ['key', 'vpc', 'db', 'app']);
});

test('a cycle is named, from where it starts', () => {
  const edges = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ]);
  assert.deepEqual(findCycle(edges), ['b', 'c', 'b']);
});
