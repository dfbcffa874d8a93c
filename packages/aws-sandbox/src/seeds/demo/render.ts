import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { createTemplateRenderer, type TemplateContext } from 'nunjitsu';
import { templatesPath } from '../../core';
import type { SeedService } from './estate';
import { ACCOUNTS, DELIVERY_ACCOUNT, REGION } from './stages';

/**
 * Renders a service of the estate from the same templates, with the same engine
 * and in the same order as the Create wizard does.
 */
export async function renderService(
  service: SeedService,
  folder: string,
): Promise<void> {
  const values = {
    name: service.name,
    description: service.description,
    owner: service.owner,
    system: service.system,
    dataClass: 'phi',
    trafficShifting: service.trafficShifting ?? 'careplane',
    kind: service.kind === 'lambda-api' ? 'lambda' : 'fargate',
    template: `${service.kind}@1.0.0`,
    delivery: { accountId: DELIVERY_ACCOUNT, region: REGION },
    stages: Object.entries(ACCOUNTS).map(([name, accountId]) => ({
      name,
      accountId,
      region: REGION,
    })),
  };
  for (const part of [
    'shared/project',
    'shared/pipeline',
    `${service.kind}/content`,
  ]) {
    await renderFolder(templatesPath(part), folder, { values });
  }
}

/** Renders text as the Create wizard does. */
export function wizardRenderer() {
  return createTemplateRenderer({
    allowRegexExecution: true,
    trimBlocks: true,
    lstripBlocks: true,
    filters: { dump: value => JSON.stringify(value) },
  });
}

async function renderFolder(
  source: string,
  target: string,
  context: TemplateContext,
): Promise<void> {
  const renderer = wizardRenderer();
  const entries = await readdir(source, {
    recursive: true,
    withFileTypes: true,
  });
  for (const entry of entries.filter(found => found.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const output = join(target, relative(source, file));
    await mkdir(dirname(output), { recursive: true });
    const text = await readFile(file, 'utf8');
    await writeFile(output, renderer.render(text, context));
  }
}
