import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Name of the instance that annotations without one mean. */
export const DEFAULT_INSTANCE = 'default';

/** A SonarQube server and how to speak to it. */
export interface SonarInstance {
  name: string;
  /** Without a slash at its end. */
  baseUrl: string;
  /** For links that people follow. */
  externalBaseUrl: string;
  apiKey?: string;
  authType: 'Basic' | 'Bearer';
}

function readOne(config: Config, name: string): SonarInstance {
  const authType = config.getOptionalString('authType') ?? 'Basic';
  if (authType !== 'Basic' && authType !== 'Bearer') {
    throw new InputError(
      `'authType' of SonarQube instance '${name}' must be Basic or Bearer.`,
    );
  }
  const baseUrl = config.getString('baseUrl').replace(/\/+$/, '');
  return {
    name,
    baseUrl,
    externalBaseUrl:
      config.getOptionalString('externalBaseUrl')?.replace(/\/+$/, '') ??
      baseUrl,
    apiKey: config.getOptionalString('apiKey'),
    authType,
  };
}

/**
 * Instances from the peers' keys `sonarqube.*`. One of `instances` may be
 * called `default`; else the keys beside it describe the default.
 *
 * @throws InputError when two have the same name.
 */
export function readInstances(root: Config): Map<string, SonarInstance> {
  const instances = new Map<string, SonarInstance>();
  const config = root.getOptionalConfig('sonarqube');
  const add = (instance: SonarInstance) => {
    if (instances.has(instance.name)) {
      throw new InputError(
        `'sonarqube.instances' has '${instance.name}' more than once.`,
      );
    }
    instances.set(instance.name, instance);
  };
  if (config?.has('baseUrl')) add(readOne(config, DEFAULT_INSTANCE));
  for (const one of config?.getOptionalConfigArray('instances') ?? []) {
    add(readOne(one, one.getString('name')));
  }
  return instances;
}
