import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { createFetchTemplateAction } from '@backstage/plugin-scaffolder-backend';
import type { JsonObject, JsonValue } from '@backstage/types';
import { parse } from 'yaml';
import { createCloudFormationDeployAction } from '../actions/cloudformationDeploy';
import { createCodeCommitPublishAction } from '../actions/codecommitPublish';
import { createContextAction } from '../actions/context';
import { createPipelineStartAction } from '../actions/pipelineStart';
import { createPipelineWaitAction } from '../actions/pipelineWait';
import type { AwsDependencies } from '../aws/session';
import { runAction, type Runnable } from './runAction';

const TEMPLATES = resolvePackagePath(
  '@careplane/backstage-plugin-scaffolder-backend-module-careplane',
  '../../templates',
);

interface Step {
  id: string;
  action: string;
  input: JsonObject;
}

/**
 * Runs the steps of a template file in order, with the scaffolder's own
 * `fetch:template`. The catalog has its own test.
 */
export async function createService(options: {
  template: string;
  parameters: JsonObject;
  aws: AwsDependencies;
  config: JsonObject;
  workspacePath: string;
  log?: (line: string) => void;
}): Promise<Record<string, { output: Record<string, JsonValue> }>> {
  const { aws, parameters, workspacePath } = options;
  const patience = { intervalMs: 300, timeoutMs: 5 * 60_000 };
  const config = new ConfigReader(options.config);
  const actions: Record<string, Runnable> = {
    'careplane:context': createContextAction({
      ...aws,
      config: mockServices.rootConfig({ data: options.config }),
    }),
    'fetch:template': createFetchTemplateAction({
      reader: mockServices.urlReader.mock(),
      integrations: ScmIntegrations.fromConfig(config),
    }),
    'careplane:codecommit:publish': createCodeCommitPublishAction(aws),
    'careplane:cloudformation:deploy': createCloudFormationDeployAction(
      aws,
      patience,
    ),
    'careplane:pipeline:start': createPipelineStartAction(aws),
    'careplane:pipeline:wait': createPipelineWaitAction(aws, patience),
  };
  const { spec } = parse(
    readFileSync(join(TEMPLATES, `${options.template}.yaml`), 'utf8'),
  );
  const steps: Record<string, { output: Record<string, JsonValue> }> = {};
  for (const { id, action, input } of spec.steps as Step[]) {
    if (!actions[action]) continue;
    const { output, log } = await runAction(actions[action], {
      workspacePath,
      input: fill(input, { parameters, steps }) as JsonObject,
      templateInfo: {
        entityRef: `template:default/${options.template}`,
        baseUrl: `file://${TEMPLATES}/${options.template}.yaml`,
      },
    });
    log.forEach(line => options.log?.(`${id}: ${line}`));
    steps[id] = { output };
  }
  return steps;
}

/** Replaces `${{ a.b }}` by the value at that path, as the task runner does. */
function fill(value: JsonValue | undefined, context: object): unknown {
  if (typeof value === 'string') {
    const whole = /^\$\{\{ ([\w.-]+) \}\}$/.exec(value);
    if (whole) return at(whole[1], context);
    return value.replace(/\$\{\{ ([\w.-]+) \}\}/g, (_, path) =>
      String(at(path, context)),
    );
  }
  if (Array.isArray(value)) return value.map(item => fill(item, context));
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, fill(item, context)]),
    );
  }
  return value;
}

function at(path: string, context: object): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, key) => (found as Record<string, unknown> | undefined)?.[key],
      context,
    );
}
