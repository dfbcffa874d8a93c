// Composes and plans what is live.
import { join, relative } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { cacheFolder } from './cache.mjs';
import { dataFolder, validate } from './modules.mjs';
import { startProviders } from './stub/start.mjs';
import { terraform } from './terraform.mjs';
import { compose } from './terragrunt/compose.mjs';

/**
 * Composes one region of an account and plans it.
 *
 * @param region - one of `liveRegions()`
 * @returns {Promise<{problems: string[], order: string[], plan?: object,
 *   units: object[]}>} `plan` is Terraform's JSON, identifiers linked
 */
export async function planRegion(region, strict) {
  const composed = await compose(region);
  const { problems, order, units, folder, mocked } = composed;
  if (problems.length > 0) return { problems, order, units };
  const mocks = await validate(mocked, strict);
  if (mocks.length > 0) {
    return { problems: mocks.map(one => `mock outputs: ${one}`), order, units };
  }
  const providers = await startProviders({ linked: true });
  try {
    const planned = await planFolder(folder, providers);
    const deferred = planned.plan ? deferredDocuments(planned.plan) : [];
    return {
      ...planned,
      problems: [...planned.problems, ...deferred],
      order,
      units,
      folder,
    };
  } finally {
    await providers.stop();
  }
}

/** A document that is read at apply only could not be judged. */
function deferredDocuments({ resource_changes: changes }) {
  return changes
    .filter(
      ({ mode, type }) => mode === 'data' && type === 'aws_iam_policy_document',
    )
    .map(
      ({ address }) =>
        `${address} names a resource directly, so it cannot be planned: name it by way of a local`,
    );
}

/** Plans a root module. @returns {Promise<{problems: string[], plan?: object}>} */
export async function planFolder(folder, providers, args = []) {
  const problems = await validate(folder, providers);
  if (problems.length > 0) return { problems };
  const options = { cwd: folder, providers, extra: dataFolder(folder) };
  const file = join(
    cacheFolder('plans'),
    `${relative(ROOT, folder).replace(/\W+/g, '-')}.bin`,
  );
  const { code, stdout, stderr } = await terraform(
    [
      'plan',
      '-no-color',
      '-input=false',
      '-refresh=false',
      `-out=${file}`,
      ...args,
    ],
    options,
  );
  const warnings = [...`${stdout}${stderr}`.matchAll(/^Warning: .*$/gm)];
  if (code !== 0 || warnings.length > 0) {
    return {
      problems: [
        ...warnings.map(([line]) => line),
        ...(code === 0 ? [] : [stderr.replace(/\s+/g, ' ').slice(0, 4000)]),
      ],
    };
  }
  const shown = await terraform(['show', '-json', file], options);
  if (shown.code !== 0) return { problems: [shown.stderr] };
  return { problems: [], plan: JSON.parse(shown.stdout) };
}
