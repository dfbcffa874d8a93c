import { boolean, ref, oneOf, text, sentence, closed } from './parts';

const asked = {
  entityRef: text(512),
  stage: text(63),
  kind: oneOf('promote', 'rollback'),
  releaseId: text(64),
  revisionId: text(512),
  strategy: ref('Strategy'),
  waivers: {
    type: 'array',
    maxItems: 10,
    items: closed({ gate: text(63), reason: sentence(1000) }, 'gate', 'reason'),
  },
  quarantine: boolean,
};

/** What may be sent. */
export const requests = {
  PreviewRequest: closed(asked, 'entityRef', 'stage', 'kind'),
  RolloutRequest: closed(
    { ...asked, reason: text(1000), idempotencyKey: text(200) },
    'entityRef',
    'stage',
    'kind',
    'idempotencyKey',
  ),
  DrillRequest: closed(
    { entityRef: text(512), stage: text(63), revisionId: text(512) },
    'entityRef',
    'stage',
    'revisionId',
  ),
  ActRequest: closed(
    {
      act: oneOf(
        'approve',
        'decline',
        'advance',
        'complete',
        'continue',
        'send-back',
        'cancel',
        'retry',
        'adopt',
        'abandon',
        'review',
        'confirm',
      ),
      comment: text(1000),
      planHash: text(64),
      hookId: text(256),
    },
    'act',
  ),
  TargetRequest: closed(
    { arn: text(512), reason: sentence(1000), entityRef: text(512) },
    'arn',
    'reason',
  ),
  StageTestsRequest: closed({ arn: text(512), entityRef: text(512) }, 'arn'),
  AdoptRequest: closed(
    {
      arn: text(512),
      reason: sentence(1000),
      entityRef: text(512),
      revisionId: text(512),
    },
    'arn',
    'reason',
  ),
  QuarantineRequest: closed(
    { component: text(253), reason: sentence(1000), on: boolean },
    'component',
    'reason',
    'on',
  ),
  PipelineRetryRequest: closed(
    {
      entityRef: text(512),
      pipelineArn: text(512),
      stage: text(100),
      executionId: text(100),
    },
    'entityRef',
    'pipelineArn',
    'stage',
    'executionId',
  ),
};
