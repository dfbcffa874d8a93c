import {
  createSandbox,
  type CreateSandboxOptions,
  type RunningSandbox,
} from './core';
import { services } from './services';

export type StartSandboxOptions = Omit<CreateSandboxOptions, 'services'>;

/**
 * Starts a local AWS with every service of this package.
 *
 * Without options it takes any free port, keeps its state in a temporary
 * folder and begins empty, which is what a test wants.
 *
 * @throws an `EADDRINUSE` error when the port is taken.
 */
export function startSandbox(
  options: StartSandboxOptions = {},
): Promise<RunningSandbox> {
  return createSandbox({ ...options, services });
}
