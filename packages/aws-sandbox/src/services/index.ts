import type { ServiceDefinition } from '../core';
import cloudformation from './cloudformation';
import cloudtrail from './cloudtrail';
import cloudwatch from './cloudwatch';
import codebuild from './codebuild';
import codecommit from './codecommit';
import codedeploy from './codedeploy';
import codepipeline from './codepipeline';
import ecr from './ecr';
import ecs from './ecs';
import lambda from './lambda';
import logs from './logs';
import s3 from './s3';
import secretsmanager from './secretsmanager';
import sts from './sts';

/** Every service of the sandbox, one line each. */
export const services: readonly ServiceDefinition[] = [
  cloudformation,
  cloudtrail, //
  cloudwatch,
  codebuild,
  codecommit,
  codedeploy,
  codepipeline,
  ecr,
  ecs,
  lambda,
  logs,
  s3,
  secretsmanager,
  sts,
];
