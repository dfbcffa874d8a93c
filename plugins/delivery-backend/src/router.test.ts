import { mockErrorHandler, mockServices } from '@backstage/backend-test-utils';
import type {
  EntityDelivery,
  FailureCause,
} from '@careplane/backstage-plugin-delivery-common';
import express from 'express';
import request from 'supertest';
import { createRouter } from './router';
import type { DeliveryService } from './service/types';

const at = '2026-11-20T12:00:00.000Z';
const execution = {
  id: 'e',
  state: 'failed',
  startedAt: at,
  endedAt: at,
  durationSeconds: 61.5,
  trigger: 'Push',
  revision: 'abc',
  revisionSummary: 'Fix it',
} as const;

const delivery: EntityDelivery = {
  entityRef: 'component:default/claims-api',
  pipelines: {
    state: 'ok',
    asOf: at,
    items: [
      {
        arn: 'arn',
        name: 'claims-api',
        url: 'https://x',
        state: 'failed',
        execution,
        stages: [
          {
            name: 'Build',
            state: 'failed',
            transitionDisabledReason: 'freeze',
            actions: [
              {
                stage: 'Build',
                name: 'Unit',
                category: 'Test',
                provider: 'CodeBuild',
                state: 'not-run',
                startedAt: at,
                endedAt: at,
                durationSeconds: 3,
                revision: 'abc',
                error: 'boom',
                url: 'https://x',
                buildId: 'p:1',
              },
            ],
          },
        ],
        recent: [execution],
        lastSuccess: execution,
      },
    ],
  },
  quality: {
    state: 'stale',
    asOf: at,
    message: 'old',
    items: [
      {
        projectKey: 'claims-api',
        instance: 'default',
        gate: 'failed',
        conditions: [
          {
            metric: 'coverage',
            title: 'Coverage',
            state: 'error',
            actual: '71',
            threshold: '80',
            comparator: 'LT',
          },
        ],
        ratings: { reliability: 'A', security: 'B', maintainability: 'C' },
        measures: { coverage: 71, duplications: 2, hotspotsReviewed: 100 },
        branch: 'main',
        analysedAt: at,
        revision: 'abc',
        url: 'https://x',
      },
    ],
  },
  images: {
    state: 'denied',
    message: 'no',
    missingPermission: 'ecr:DescribeImages',
    deniedTo: 'role careplane-read',
    items: [
      {
        repositoryArn: 'arn',
        repositoryName: 'web',
        digest: 'sha256:1',
        tags: ['1.0.0'],
        pushedAt: at,
        sizeBytes: 1,
        scan: 'complete',
        scannedAt: at,
        severities: { critical: 2, undefined: 1 },
        url: 'https://x',
      },
    ],
  },
};

const cause: FailureCause = {
  buildId: 'p:1',
  phase: 'BUILD',
  message: 'failed',
  firstErrorLine: 'Error',
  logTail: ['Error'],
  truncated: true,
  commit: 'abc',
  lastGreen: { executionId: 'e', revision: 'abc', at },
  url: 'https://x',
  logUnavailable: 'expired',
};

function app(service: Partial<DeliveryService>) {
  const router = createRouter({
    service: service as DeliveryService,
    httpAuth: mockServices.httpAuth(),
    auditor: mockServices.auditor.mock({
      createEvent: async () => ({
        success: async () => {},
        fail: async () => {},
      }),
    }),
    validatorOptions: { validateResponses: true },
  });
  return express().use(router).use(mockErrorHandler());
}

const base = '/entities/component/default/claims-api';

describe('createRouter', () => {
  it('answers in the form that its OpenAPI document promises', async () => {
    const server = app({
      getEntityDelivery: async () => delivery,
      getFailingPipelines: async owners => ({
        items: [],
        unknown: [{ entityRef: owners.join(), title: 'b' }],
      }),
      refresh: async () => ({ started: 1, shared: 2 }),
      getFailureCause: async () => cause,
    });
    const view = await request(server).get(base);
    expect(view.body).toEqual(delivery);
    expect(view.status).toBe(200);
    const failing = await request(server).get(
      '/failing-pipelines?owner=group:default/a&owner=group:default/b',
    );
    expect(failing.body).toEqual({
      items: [],
      unknown: [{ entityRef: 'group:default/a,group:default/b', title: 'b' }],
    });
    const refreshed = await request(server).post(`${base}/refresh`);
    expect(refreshed.status).toBe(202);
    const opened = await request(server)
      .get(`${base}/pipelines/cause`)
      .query({ pipelineArn: 'arn', buildId: 'p:1' });
    expect(opened.body).toEqual(cause);
    const document = await request(server).get('/openapi.json');
    expect(Object.keys(document.body.paths)).toHaveLength(4);
  });

  it('does not let out what the document does not have', async () => {
    const server = app({
      getEntityDelivery: async () => ({
        ...delivery,
        approvalToken: 'secret',
      }),
    });
    const view = await request(server).get(base);
    expect(view.status).toBe(500);
    expect(view.text).not.toContain('secret');
  });
});
