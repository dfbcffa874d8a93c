// Runs one part in a process of its own: `runPart.ts <part> [--quick] [--seed=n]`.
// The last line is what the runner counts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Part, Proof } from './part';
import { formatTable } from './table';

interface Postgres {
  connection: string;
  stop(): Promise<void>;
}

const started = Date.now();
const counts = { passed: 0, failed: 0, skipped: 0, elsewhere: 0 };
const undo: (() => unknown)[] = [];
let database: Promise<Postgres | undefined> | undefined;

const print = (text: string) => process.stdout.write(`${text}\n`);

async function startPostgres(): Promise<Postgres | undefined> {
  const given =
    process.env.BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING;
  if (given) return { connection: given, stop: async () => {} };
  const { startPostgres: start } = await import('../../lib/postgres.mjs');
  const server: Postgres | undefined = await start();
  if (server) undo.push(() => server.stop());
  return server;
}

function proofOf(name: string, args: string[]): Proof {
  const quick = args.includes('--quick');
  const given = (option: string) =>
    args.find(arg => arg.startsWith(`--${option}=`))?.slice(option.length + 3);
  const asked = given('seed');
  const folder = mkdtempSync(join(tmpdir(), `careplane-${name}-`));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return {
    quick,
    only: given('only'),
    seed: Number(asked ?? Date.now() % 1_000_000),
    folder,
    say: text => {
      const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(4);
      print(`[${seconds} s] ${name}: ${text}`);
    },
    table: (title, rows) => print(`\n${title}\n${formatTable(rows)}\n`),
    check: (what, holds, figure) => {
      counts[holds ? 'passed' : 'failed'] += 1;
      print(
        `${holds ? '  ok  ' : ' FAIL '} ${what}${figure ? `: ${figure}` : ''}`,
      );
    },
    lacks: what => {
      counts[quick ? 'skipped' : 'failed'] += 1;
      print(`${quick ? ' skip ' : ' FAIL '} ${what}: this machine has none`);
    },
    postgres: async () => {
      database ??= startPostgres();
      return (await database)?.connection;
    },
    onEnd: step => undo.push(step),
  };
}

async function cleanUp(): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) {
    try {
      await step();
    } catch (error) {
      print(`Cleaning up: ${error}`);
    }
  }
}

async function main(name: string, args: string[]): Promise<void> {
  const proof = proofOf(name, args);
  try {
    const { default: part } = require(`../${name}`) as { default: Part };
    print(`\n${name}: ${part.claim} (seed ${proof.seed})`);
    if (proof.quick && part.slice) {
      print(`${name}: its slice is ${part.slice}`);
      counts.elsewhere = 1;
    } else {
      await part.prove(proof);
    }
  } catch (error) {
    counts.failed += 1;
    print(
      ` FAIL  ${name} broke off: ${
        error instanceof Error ? error.stack : error
      }`,
    );
  } finally {
    await cleanUp();
  }
  const { passed, failed, skipped, elsewhere } = counts;
  print(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed > 0 || passed + skipped + elsewhere === 0 ? 1 : 0);
}

// Some of what is started warns about its age; a figure gets lost among that.
process.removeAllListeners('warning');
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => cleanUp().then(() => process.exit(130)));
}
main(process.argv[2], process.argv.slice(3));
