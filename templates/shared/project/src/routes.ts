export interface Answer {
  status: number;
  body: unknown;
}

type Handler = (path: string) => Answer;

/** The API, as openapi.yaml describes it. Add a route here and there. */
const ROUTES: Record<string, Handler> = {
  'GET /health': () => ({ status: 200, body: { status: 'ok' } }),
  'GET /v1/info': () => ({
    status: 200,
    body: { service: '${{ values.name }}', stage: process.env.STAGE ?? 'local' },
  }),
};

/** Finds the route of a request and answers it. Unknown paths get 404, other methods 405. */
export function answer(method: string, path: string): Answer {
  const handler = ROUTES[`${method} ${path}`];
  if (handler) return handler(path);
  const known = Object.keys(ROUTES).some(route => route.endsWith(` ${path}`));
  return known
    ? { status: 405, body: { error: 'This path does not take that method' } }
    : { status: 404, body: { error: 'There is nothing here' } };
}
