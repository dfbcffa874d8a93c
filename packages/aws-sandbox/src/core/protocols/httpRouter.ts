import type { HttpCall } from '../http/HttpMessages';
import type { OperationModel, ServiceModel } from '../ServiceModel';

/** An operation that a request's method, path, query and headers ask for. */
export interface RouteMatch {
  operation: OperationModel;
  /** Decoded values of the path's labels. */
  labels: Record<string, string>;
}

interface Route {
  operation: OperationModel;
  pattern: RegExp;
  labels: string[];
  /** Takes its bucket from the host, or from the path's first part. */
  needsBucket: boolean;
  requiredQuery: [string, string][];
  requiredHeaders: string[];
  /** More of it wins where several routes match. */
  weight: number;
}

const BUCKET = 'Bucket';
/** A hint that SDKs send and other clients leave out. */
const HINT = 'x-id';
const SEGMENT = '([^/]+)';
const GREEDY = '(.+)';

const routesOf = new WeakMap<ServiceModel, Route[]>();

/** Finds the operation by the HTTP bindings of the service's schema. */
export function matchRoute(
  model: ServiceModel,
  call: HttpCall,
): RouteMatch | undefined {
  let routes = routesOf.get(model);
  if (!routes) {
    routes = [...model.operations.values()]
      .flatMap(toRoute)
      .sort((a, b) => b.weight - a.weight);
    routesOf.set(model, routes);
  }
  const inBucket = splitBucket(call);
  for (const route of routes) {
    const path = route.needsBucket ? inBucket?.rest : call.path;
    const match = path === undefined ? null : route.pattern.exec(path);
    if (!match || !accepts(route, call)) continue;
    const labels = Object.fromEntries(
      route.labels.map((label, index) => [label, decode(match[index + 1])]),
    );
    if (route.needsBucket && inBucket) labels[BUCKET] = inBucket.bucket;
    return { operation: route.operation, labels };
  }
  return undefined;
}

function accepts(route: Route, call: HttpCall): boolean {
  const { http } = route.operation;
  return (
    http?.method === call.method &&
    (http.query.get(HINT) ?? call.query.get(HINT) ?? '') ===
      (call.query.get(HINT) ?? http.query.get(HINT) ?? '') &&
    route.requiredQuery.every(
      ([key, value]) =>
        call.query.has(key) && (value === '' || call.query.get(key) === value),
    ) &&
    route.requiredHeaders.every(name => name in call.headers)
  );
}

function toRoute(operation: OperationModel): Route[] {
  const { http, input } = operation;
  if (!http) return [];
  const labels: string[] = [];
  const source = http.path
    .split(/(\{[^}]+\})/)
    .map(part => {
      const label = /^\{([^}+]+)(\+?)\}$/.exec(part);
      if (!label) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      labels.push(label[1]);
      return label[2] ? GREEDY : SEGMENT;
    })
    .join('');
  const requiredQuery = [...http.query].filter(([key]) => key !== HINT);
  const requiredHeaders: string[] = [];
  let needsBucket = false;
  if (input.isStructSchema()) {
    const raw: unknown = input.getSchema();
    const required =
      Array.isArray(raw) && typeof raw[6] === 'number' ? raw[6] : 0;
    let index = 0;
    for (const [name, member] of input.structIterator()) {
      const traits = member.getMergedTraits();
      if (traits.httpLabel && !labels.includes(name)) needsBucket = true;
      if (index < required && traits.httpQuery) {
        requiredQuery.push([traits.httpQuery, '']);
      }
      if (index < required && traits.httpHeader) {
        requiredHeaders.push(traits.httpHeader.toLowerCase());
      }
      index += 1;
    }
  }
  const literals = http.path.replace(/\{[^}]+\}/g, '').length;
  return [
    {
      operation,
      pattern: new RegExp(`^${source}/?$`),
      labels,
      needsBucket,
      requiredQuery,
      requiredHeaders,
      weight:
        (requiredQuery.length + requiredHeaders.length) * 1000 +
        labels.length * -1 +
        literals * 10,
    },
  ];
}

/** `bucket.s3.localhost`, `bucket.localhost`, or `/bucket/key`. */
function splitBucket(
  call: HttpCall,
): { bucket: string; rest: string } | undefined {
  const host = (call.headers.host ?? '').split(':')[0];
  const virtual = /^(.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.localhost$/.exec(host);
  if (virtual && virtual[1] !== 's3') {
    return { bucket: virtual[1], rest: call.path };
  }
  const [, bucket, rest] = /^\/([^/]+)(\/.*)?$/.exec(call.path) ?? [];
  return bucket ? { bucket: decode(bucket), rest: rest ?? '/' } : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
