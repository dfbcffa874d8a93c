import type { HttpAuthService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { Router } from 'express';
import createRouter from 'express-promise-router';
import { rateLimit } from 'express-rate-limit';
import type { NameCheckResult } from './NameChecks';

const CACHE_MS = 5_000;
const CHECKS_PER_MINUTE = 60;
const MAX_CACHED = 200;

/**
 * `GET /name-check?name=&template=` → NameCheckResult. For signed-in people
 * only, at most 60 a minute each; answers are kept for five seconds.
 */
export function createNameRouter(options: {
  httpAuth: HttpAuthService;
  check: (name: string, template: string) => Promise<NameCheckResult>;
}): Router {
  const { httpAuth, check } = options;
  const cache = new Map<
    string,
    { at: number; result: Promise<NameCheckResult> }
  >();
  const router = createRouter();

  router.use(async (req, res, next) => {
    const { principal } = await httpAuth.credentials(req, { allow: ['user'] });
    res.locals.person = principal.userEntityRef;
    next();
  });
  router.use(
    rateLimit({
      windowMs: 60_000,
      limit: CHECKS_PER_MINUTE,
      standardHeaders: 'draft-7',
      legacyHeaders: false,
      validate: false,
      keyGenerator: (_req, res) => res.locals.person,
      handler: (_req, res) => {
        res.status(429).json({
          error: {
            name: 'TooManyRequestsError',
            message: 'Too many name checks; wait a minute',
          },
        });
      },
    }),
  );

  router.get('/name-check', async (req, res) => {
    const { name = '', template = '' } = req.query;
    if (typeof name !== 'string' || typeof template !== 'string') {
      throw new InputError('name and template are given once each');
    }
    if (name.length > 100 || template.length > 100) {
      throw new InputError('name and template have at most 100 characters');
    }
    const key = JSON.stringify([name, template]);
    const now = Date.now();
    for (const [old, { at }] of cache) {
      if (now - at > CACHE_MS || cache.size > MAX_CACHED) cache.delete(old);
    }
    const entry = cache.get(key) ?? { at: now, result: check(name, template) };
    cache.set(key, entry);
    entry.result.catch(() => cache.delete(key));
    res.json(await entry.result);
  });

  return router;
}
