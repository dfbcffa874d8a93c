import type { Writable } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type {
  AuditorService,
  AuditorServiceEventSeverityLevel,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { createValidatedOpenApiRouterFromGeneratedEndpointMap } from '@backstage/backend-openapi-utils';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import type {
  AuditQuery,
  RolloutQuery,
} from '@careplane/backstage-plugin-release-common';
import type { JsonObject } from '@backstage/types';
import type { Request, RequestHandler } from 'express';
import { Endpoints, spec } from './openapi/spec';
import type { AuthorizedReleaseService } from './service/AuthorizedReleaseService';
import type { AuthorizedReleaseSets } from './sets/AuthorizedReleaseSets';

type CreateRouter = typeof createValidatedOpenApiRouterFromGeneratedEndpointMap;
type ValidatorOptions = NonNullable<
  Parameters<CreateRouter>[1]
>['validatorOptions'];

/** HTTP in front of the authorised service. Every mutation is audited. */
export function createRouter(options: {
  service: AuthorizedReleaseService;
  sets: AuthorizedReleaseSets;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  validatorOptions?: ValidatorOptions;
}): RequestHandler {
  const { service, sets, httpAuth, auditor } = options;
  const router =
    createValidatedOpenApiRouterFromGeneratedEndpointMap<Endpoints>(
      // The typed form of a document wants literal types in every place; the
      // router's own types come from `Endpoints`.
      spec as unknown as Parameters<CreateRouter>[0],
      { validatorOptions: options.validatorOptions },
    );
  const caller = async (req: unknown) => ({
    credentials: await httpAuth.credentials(req as Request),
  });

  async function audited<T>(
    req: unknown,
    eventId: string,
    meta: JsonObject,
    act: () => Promise<T>,
    severityLevel: AuditorServiceEventSeverityLevel = 'high',
  ): Promise<T> {
    const event = await auditor.createEvent({
      eventId,
      severityLevel,
      request: req as Request,
      meta,
    });
    try {
      const result = await act();
      await event.success();
      return result;
    } catch (thrown) {
      const error = toError(thrown);
      await event.fail({
        error: error instanceof Error ? error : new Error(error.message),
      });
      throw thrown;
    }
  }

  router.get('/stages', async (req, res) => {
    res.json(await service.reads.stages(await caller(req)));
  });
  router.get('/permissions', async (req, res) => {
    res.json(await service.reads.permissions(await caller(req)));
  });
  router.get('/entities/:kind/:namespace/:name', async (req, res) => {
    const entityRef = stringifyEntityRef(req.params);
    res.json(await service.reads.entityReleases(entityRef, await caller(req)));
  });
  router.post('/entities/:kind/:namespace/:name/refresh', async (req, res) => {
    const entityRef = stringifyEntityRef(req.params);
    const by = await caller(req);
    const result = await audited(
      req,
      'entity-refresh',
      { entityRef },
      () => service.reads.refresh(entityRef, by),
      'low',
    );
    res.status(202).json(result);
  });
  router.post('/previews', async (req, res) => {
    const by = await caller(req);
    res.json(
      await service.rollouts.preview(req.body, { ...by, via: 'browser' }),
    );
  });
  router.post('/drills', async (req, res) => {
    const by = await caller(req);
    const { entityRef, stage } = req.body;
    res.json(
      await audited(
        req,
        'rollback-rehearse',
        { entityRef, stage },
        () => service.drills.rehearse(req.body, { ...by, via: 'browser' }),
        'low',
      ),
    );
  });
  router.get('/rollouts', async (req, res) => {
    const query = req.query as RolloutQuery;
    res.json(await service.reads.rollouts(parsed(query), await caller(req)));
  });
  router.post('/rollouts', async (req, res) => {
    const by = await caller(req);
    const { entityRef, stage, kind } = req.body;
    const rollout = await audited(
      req,
      'rollout-start',
      { entityRef, stage, actionType: kind },
      () => service.rollouts.start(req.body, { ...by, via: 'browser' }),
    );
    res.status(202).json(rollout);
  });
  router.get('/rollouts/:id', async (req, res) => {
    res.json(await service.reads.rollout(req.params.id, await caller(req)));
  });
  router.post('/rollouts/:id/acts', async (req, res) => {
    const by = await caller(req);
    const { id } = req.params;
    const meta = { rolloutId: id, actionType: req.body.act };
    res.json(
      await audited(req, 'rollout-act', meta, () =>
        service.rollouts.act(id, req.body, by),
      ),
    );
  });
  router.post('/set-previews', async (req, res) => {
    res.json(await sets.preview(req.body, await caller(req)));
  });
  router.get('/sets', async (req, res) => {
    res.json(await sets.list(await caller(req)));
  });
  router.post('/sets', async (req, res) => {
    const by = await caller(req);
    const { stage, kind } = req.body;
    const set = await audited(
      req,
      'release-set-start',
      { stage, actionType: kind },
      () => sets.start(req.body, { ...by, via: 'browser' }),
    );
    res.status(202).json(set);
  });
  router.get('/sets/:id', async (req, res) => {
    res.json(await sets.get(req.params.id, await caller(req)));
  });
  router.post('/sets/:id/confirm', async (req, res) => {
    const by = await caller(req);
    const { id } = req.params;
    res.json(
      await audited(req, 'release-set-confirm', { setId: id }, () =>
        sets.confirm(id, by),
      ),
    );
  });
  router.post('/sets/:id/stop', async (req, res) => {
    const by = await caller(req);
    const { id } = req.params;
    res.json(
      await audited(req, 'release-set-stop', { setId: id }, () =>
        sets.stop(id, by),
      ),
    );
  });
  router.post('/targets/hold/lift', async (req, res) => {
    const by = await caller(req);
    await audited(req, 'hold-lift', { targetArn: req.body.arn }, () =>
      service.targets.liftHold(req.body, by),
    );
    res.json({});
  });
  router.post('/targets/adopt', async (req, res) => {
    const by = await caller(req);
    await audited(req, 'target-adopt', { targetArn: req.body.arn }, () =>
      service.targets.adopt(req.body, by),
    );
    res.json({});
  });
  router.post('/targets/tests/run', async (req, res) => {
    const by = await caller(req);
    const meta = { targetArn: req.body.arn };
    await audited(
      req,
      'stage-tests-run',
      meta,
      () => service.targets.runTests(req.body, by),
      'medium',
    );
    res.json({});
  });
  router.post('/releases/:id/quarantine', async (req, res) => {
    const by = await caller(req);
    const { id } = req.params;
    const { component, on } = req.body;
    const meta = { releaseId: id, component, actionType: on ? 'on' : 'off' };
    await audited(req, 'release-quarantine', meta, () =>
      service.targets.setQuarantine(id, req.body, by),
    );
    res.json({});
  });
  router.post('/pipelines/retry', async (req, res) => {
    const by = await caller(req);
    const { entityRef, pipelineArn, executionId } = req.body;
    const meta = { entityRef, pipelineArn, executionId };
    res.json(
      await audited(
        req,
        'pipeline-retry',
        meta,
        () => service.targets.retryPipeline(req.body, by),
        'medium',
      ),
    );
  });
  router.get('/overview', async (req, res) => {
    res.json(await service.reads.overview(req.query, await caller(req)));
  });
  router.get('/audit', async (req, res) => {
    const query = req.query as AuditQuery;
    res.json(await service.reads.audit(parsed(query), await caller(req)));
  });

  router.get('/audit/export', async (req, res) => {
    const query = parsed(req.query as AuditQuery);
    // Refusals come before the first line, with their own status.
    const lines = await service.reads.auditLines(query, await caller(req));
    res.setHeader('Content-Type', 'application/x-ndjson');
    await pipeline(Readable.from(lines), res as unknown as Writable);
  });

  return router;
}

/** The validator may leave whole numbers and flags as text, as they came. */
function parsed<
  T extends {
    limit?: number;
    before?: number | string;
    open?: boolean;
    changes?: boolean;
  },
>(query: T): T {
  const before =
    typeof query.before === 'string' && /^\d+$/.test(query.before)
      ? Number(query.before)
      : query.before;
  const limit = query.limit === undefined ? undefined : Number(query.limit);
  const flag = (name: 'open' | 'changes') =>
    query[name] === undefined ? {} : { [name]: `${query[name]}` === 'true' };
  return { ...query, ...flag('open'), ...flag('changes'), before, limit };
}
