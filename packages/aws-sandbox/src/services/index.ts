import type { ServiceDefinition } from '../core';
import backup from './backup';
import cloudformation from './cloudformation';
import cloudtrail from './cloudtrail';
import cloudwatch from './cloudwatch';
import codebuild from './codebuild';
import codecommit from './codecommit';
import codedeploy from './codedeploy';
import codepipeline from './codepipeline';
import connect from './connect';
import dynamodb from './dynamodb';
import ecr from './ecr';
import ecs from './ecs';
import eventbridge from './eventbridge';
import lambda from './lambda';
import logs from './logs';
import rds from './rds';
import s3 from './s3';
import scheduler from './scheduler';
import secretsmanager from './secretsmanager';
import sns from './sns';
import sqs from './sqs';
import sts from './sts';

/** Every service of the sandbox, one line each. */
export const services: readonly ServiceDefinition[] = [
  backup,
  cloudformation,
  cloudtrail, //
  cloudwatch,
  codebuild,
  codecommit,
  codedeploy,
  codepipeline,
  connect,
  dynamodb,
  ecr,
  ecs,
  eventbridge,
  lambda,
  logs,
  rds,
  s3,
  scheduler,
  secretsmanager,
  sns,
  sqs,
  sts,
];
