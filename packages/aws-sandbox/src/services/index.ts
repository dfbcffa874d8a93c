import type { ServiceDefinition } from '../core';
import cloudtrail from './cloudtrail';

/** Every service of the sandbox, one line each. */
export const services: readonly ServiceDefinition[] = [cloudtrail];
