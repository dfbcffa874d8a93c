import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { createValidatedOpenApiRouterFromGeneratedEndpointMap } from '@backstage/backend-openapi-utils';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import type { Request, RequestHandler } from 'express';
import { Endpoints, EntityPath, spec } from './openapi/spec';
import type { DeliveryService } from './service/types';

type ValidatorOptions = NonNullable<
  Parameters<typeof createValidatedOpenApiRouterFromGeneratedEndpointMap>[1]
>['validatorOptions'];

/**
 * HTTP in front of the authorised service. Acts that reach a source (Refresh
 * and opening a log) are audited; looking is not.
 */
export function createRouter(options: {
  service: DeliveryService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  validatorOptions?: ValidatorOptions;
}): RequestHandler {
  const { service, httpAuth, auditor } = options;
  const router =
    createValidatedOpenApiRouterFromGeneratedEndpointMap<Endpoints>(
      // The typed form of a document wants literal types in every place; the
      // router's own types come from `Endpoints`.
      spec as unknown as Parameters<
        typeof createValidatedOpenApiRouterFromGeneratedEndpointMap
      >[0],
      { validatorOptions: options.validatorOptions },
    );

  async function audited<T>(
    event: {
      eventId: string;
      request: unknown;
      meta: Record<string, string>;
    },
    act: () => Promise<T>,
  ): Promise<T> {
    const record = await auditor.createEvent({
      eventId: event.eventId,
      severityLevel: 'low',
      request: event.request as Request,
      meta: event.meta,
    });
    try {
      const result = await act();
      await record.success();
      return result;
    } catch (thrown) {
      await record.fail({ error: asError(thrown) });
      throw thrown;
    }
  }

  router.get('/failing-pipelines', async (req, res) => {
    const credentials = await httpAuth.credentials(anonymous(req));
    const owners = req.query.owner;
    res.json(await service.getFailingPipelines(owners, { credentials }));
  });

  router.get('/entities/:kind/:namespace/:name', async (req, res) => {
    const credentials = await httpAuth.credentials(anonymous(req));
    res.json(
      await service.getEntityDelivery(refOf(req.params), { credentials }),
    );
  });

  router.post('/entities/:kind/:namespace/:name/refresh', async (req, res) => {
    const credentials = await httpAuth.credentials(anonymous(req));
    const entityRef = refOf(req.params);
    const result = await audited(
      { eventId: 'entity-refresh', request: req, meta: { entityRef } },
      () => service.refresh(entityRef, { credentials }),
    );
    res.status(202).json(result);
  });

  router.get(
    '/entities/:kind/:namespace/:name/pipelines/cause',
    async (req, res) => {
      const credentials = await httpAuth.credentials(anonymous(req));
      const entityRef = refOf(req.params);
      const { pipelineArn, buildId } = req.query;
      const cause = await audited(
        {
          eventId: 'build-log-open',
          request: req,
          meta: { entityRef, pipelineArn, buildId },
        },
        () =>
          service.getFailureCause(
            { entityRef, pipelineArn, buildId },
            { credentials },
          ),
      );
      res.set('Cache-Control', 'no-store').json(cause);
    },
  );

  return router;
}

function refOf(path: EntityPath): string {
  return stringifyEntityRef(path);
}

/** The services take a request whose parameters nobody has typed. */
function anonymous(req: unknown): Request {
  return req as Request;
}

function asError(thrown: unknown): Error {
  const error = toError(thrown);
  return error instanceof Error ? error : new Error(error.message);
}
