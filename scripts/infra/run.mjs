// Judges infra/. `thorough` is prove:infra: every live region, mutations, and a
// missing Terraform is a failure.
import { readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { buildFunctions } from '../functions/build.mjs';
import { Stop } from '../lib/say.mjs';
import { INFRA } from './cache.mjs';
import { formatProblems } from './format.mjs';
import { planFolder, planRegion } from './live.mjs';
import { documentProblems } from './documents.mjs';
import { judgeLinters } from './linters.mjs';
import { moduleFolders, test, validate } from './modules.mjs';
import {
  applyWaivers,
  judge,
  loadNeutral,
  loadRules,
  loadWaivers,
} from './policies/engine.mjs';
import { mutateHcl } from './policies/mutateHcl.mjs';
import { mutatePlan } from './policies/mutate.mjs';
import { planOf } from './policies/plan.mjs';
import { reachability } from './policies/reach.mjs';
import { ensureSchema } from './provider/schema.mjs';
import { startProviders } from './stub/start.mjs';
import { writePage } from './page.mjs';
import { readmeProblems } from './readme.mjs';
import { applyProblems, schemaProblems } from './standIn.mjs';
import { printTable } from './table.mjs';
import { printMutations, printPlans, printRules } from './tables.mjs';
import { findTerraform } from './terraform.mjs';
import { liveRegions } from './terragrunt/compose.mjs';

/** What npm test plans: the stages' last account, and the portal's. */
const IN_NPM_TEST = new Set(['prod', 'shared']);
const AT_ONCE = 2;
const MUTANTS = 20;

/**
 * @param only - names of modules and accounts; none means all
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function judgeInfra({ thorough, only = [] }) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const report = (name, problems) => {
    count[problems.length === 0 ? 'passed' : 'failed'] += 1;
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const problem of problems) console.log(`     ${problem}`);
  };
  const { version, missing } = await findTools();
  if (missing) {
    if (thorough) {
      report('terraform and the schema are there', [missing]);
    } else {
      count.skipped += 1;
      console.log(`skip infra: ${missing}`);
    }
    return count;
  }
  console.log(`terraform ${version}`);
  report('infra is formatted', await formatProblems());
  await buildFunctions();
  report('every command of infra/README.md exists', await readmeProblems());
  const providers = await startProviders();
  const linked = await startProviders({ linked: true });
  try {
    const wanted = name => only.length === 0 || only.includes(name);
    const all = only.length === 0;
    const context = { providers, linked, report, count, thorough, all };
    if (thorough && all) {
      report('the schema has every type', await schemaProblems());
      report('nothing can be applied', await applyProblems(providers));
    }
    await judgeModules(context, wanted);
    if (wanted('bootstrap')) await judgeBootstrap(context);
    await judgeLive(context, wanted);
    if (thorough && all) judgeLinters(report);
  } finally {
    await Promise.all([providers.stop(), linked.stop()]);
  }
  return count;
}

/** Terraform, and the schema that is fetched on the first run. */
async function findTools() {
  const found = await findTerraform();
  if (found.missing) return found;
  try {
    await ensureSchema();
    return found;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { missing: error.message };
  }
}

async function judgeModules(context, wanted) {
  const { providers, linked, report, count, thorough } = context;
  const waiting = moduleFolders().filter(({ name }) => wanted(name));
  const next = async () => {
    for (let module = waiting.shift(); module; module = waiting.shift()) {
      const { name, folder, examples } = module;
      const problems = await validate(folder, providers);
      report(`${name}: validates`, problems);
      report(`${name}: has what a module has`, documentProblems(module));
      if (problems.length > 0) continue;
      const tested = await test(folder, linked);
      report(
        `${name}: ${tested.passed} of ${
          tested.passed + tested.failed
        } tests pass`,
        tested.failed > 0
          ? tested.problems.concat('tests failed')
          : tested.problems,
      );
      count.passed += Math.max(0, tested.passed - 1);
      for (const example of examples) {
        const title = `${name}: example ${example.split(/[\\/]/).at(-1)}`;
        if (thorough) {
          const { problems: found } = await planFolder(example, providers);
          report(`${title} plans`, found);
        } else {
          report(`${title} validates`, await validate(example, providers));
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

/** What is applied before Terragrunt can keep state. */
async function judgeBootstrap({ providers, report, thorough }) {
  const folder = join(INFRA, 'bootstrap');
  const problems = thorough
    ? (await planFolder(folder, providers, ['-var-file=example.tfvars']))
        .problems
    : await validate(folder, providers);
  report(`bootstrap ${thorough ? 'plans' : 'validates'}`, problems);
}

async function judgeLive({ providers, report, thorough, all }, wanted) {
  const rules = await loadRules();
  const waivers = loadWaivers();
  const today = new Date().toISOString().slice(0, 10);
  const planned = [];
  const regions = liveRegions().filter(
    ({ account }) => wanted(account) && (thorough || IN_NPM_TEST.has(account)),
  );
  for (const region of regions) {
    const where = `${region.account}/${region.region}`;
    const started = Date.now();
    const result = await planRegion(region, providers);
    report(
      `${where}: composes and plans (${region.stacks.join(', ')})`,
      result.problems,
    );
    if (!result.plan) continue;
    const plan = planOf(result.plan);
    const { standing, waived } = applyWaivers(
      judge(plan, rules),
      waivers,
      today,
    );
    report(
      `${where}: ${rules.length} policies hold for ${plan.resources.length} resources`,
      standing.map(
        one =>
          `${one.rule.id} (${one.rule.cfr.join(', ')}) ${one.address}: ${
            one.problem
          }`,
      ),
    );
    const reach = reachability(plan);
    report(`${where}: nobody reaches what they must not`, reach.problems);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    planned.push({
      where,
      folder: result.folder,
      region,
      plan,
      waived,
      reach,
      order: result.order,
      modules: new Map(
        result.units.map(({ module, source }) => [module, basename(source)]),
      ),
      seconds,
    });
  }
  printPlans(planned);
  for (const { where, reach } of planned) {
    printTable(
      `Who can talk to whom: ${where}`,
      ['from', 'to', 'ports', 'by'],
      reach.rows,
    );
  }
  if (!thorough) return;
  printRules(rules, planned);
  const page = await writePage(planned, rules);
  console.log(`The same as a page: ${relative(ROOT, page)}`);
  for (const waiver of waivers) {
    const problems = [];
    if (!waiver.used && all) problems.push('nothing needs it any more');
    if (waiver.expires < today)
      problems.push(`it expired on ${waiver.expires}`);
    report(`waiver of ${waiver.rule} for ${waiver.address}`, problems);
  }
  const schema = JSON.parse(await readFile(await ensureSchema(), 'utf8'));
  const neutral = await loadNeutral();
  for (const one of planned) {
    const rows = mutatePlan(one.plan, rules, neutral, schema.resource_schemas);
    printMutations(one.where, rows);
    reportUnnoticed(report, `${one.where}: no line of the plan`, rows);
  }
  const largest = planned.sort(
    (a, b) => b.plan.resources.length - a.plan.resources.length,
  )[0];
  if (largest) await judgeSources(largest, { report, rules, neutral, schema });
}

/** Lines taken out of the modules' code, planned again. */
async function judgeSources({ where, folder, plan }, context) {
  const { report, rules, neutral, schema } = context;
  const seed = Number(process.env.CAREPLANE_SEED ?? 1);
  const guarded = new Set(
    mutatePlan(plan, rules, neutral, schema.resource_schemas)
      .filter(({ verdict }) => verdict === 'guarded')
      // A name that is left out is made up, and what names it follows.
      .filter(
        ({ type, property }) =>
          !neutral[type]?.[property] && !neutral['*']?.[property],
      )
      .map(({ type, property }) => `${type} ${property}`),
  );
  const rows = await mutateHcl({
    folder,
    plan,
    guarded,
    rules,
    count: MUTANTS,
    seed,
  });
  printTable(
    `Lines taken out of the code and planned again: ${where} (CAREPLANE_SEED=${seed})`,
    ['where', 'line', 'verdict', 'by'],
    rows.map(({ where: at, line, verdict, by }) => [at, line, verdict, by]),
  );
  reportUnnoticed(report, `${where}: no line of the code`, rows);
}

function reportUnnoticed(report, title, rows) {
  report(
    `${title} can be taken out unnoticed (${rows.length})`,
    rows
      .filter(({ verdict }) => verdict === 'UNNOTICED')
      .map(row => `${row.address ?? row.where}: ${row.property ?? row.line}`),
  );
}
