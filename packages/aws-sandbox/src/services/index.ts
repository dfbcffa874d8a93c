import type { ServiceDefinition } from '../core';
import cloudtrail from './cloudtrail';
import s3 from './s3';
import sts from './sts';

/** Every service of the sandbox, one line each. */
export const services: readonly ServiceDefinition[] = [
  cloudtrail, //
  s3,
  sts,
];
