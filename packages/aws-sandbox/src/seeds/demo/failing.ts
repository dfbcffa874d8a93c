import type { SeedService } from './estate';

/** Files that make the pipeline of the next commit fail, for real, in a stage. */
export function failingFiles(
  stage: NonNullable<SeedService['failingCommit']>['stage'],
): Record<string, string> {
  return stage === 'Build'
    ? { 'test/spanish.test.ts': failingTest() }
    : {
        'src/rounding.ts': untestedCode(),
        'test/rounding.test.ts': thinTest(),
      };
}

/** A test of what the code does not do yet. */
function failingTest(): string {
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { answer } from '../src/routes.ts';",
    '',
    "test('a form in Spanish is accepted', () => {",
    "  assert.equal(answer('GET', '/v1/forms/es').status, 200);",
    '});',
    '',
  ].join('\n');
}

/** Code without a test: its coverage is too thin for the quality gate. */
function untestedCode(): string {
  const branches = Array.from(
    { length: 30 },
    (_, index) =>
      `  if (cents % ${
        index + 2
      } === 0 && rule === 'tier-${index}') {\n    return Math.round(cents / ${
        index + 2
      }) * ${index + 2};\n  }`,
  );
  return `/** Rounds a co-payment by the rule of its tier. */\nexport function roundCoPayment(cents: number, rule: string): number {\n${branches.join(
    '\n',
  )}\n  return cents;\n}\n`;
}

function thinTest(): string {
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { roundCoPayment } from '../src/rounding.ts';",
    '',
    "test('an unknown tier is not rounded', () => {",
    "  assert.equal(roundCoPayment(1999, 'none'), 1999);",
    '});',
    '',
  ].join('\n');
}
