import type { ServiceDefinition } from '../core';
import cloudtrail from './cloudtrail';
import codebuild from './codebuild';
import codecommit from './codecommit';
import codepipeline from './codepipeline';
import logs from './logs';
import lambda from './lambda';
import s3 from './s3';
import sts from './sts';

/** Every service of the sandbox, one line each. */
export const services: readonly ServiceDefinition[] = [
  cloudtrail, //
  codebuild,
  codecommit,
  codepipeline,
  logs,
  lambda,
  s3,
  sts,
];
