/** What changes from run to run, and between two servers that are both right. */
const MASKS = [
  [/https?:\/\/(127\.0\.0\.1|localhost)(:\d+)?[^\s"]*/g, '<url>'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b1[6-9]\d{8}(\.\d+)?\b|\b1[6-9]\d{11}\b/g, '<time>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>'],
  [/\b[0-9a-f]{32,64}\b/g, '<hex>'],
  [/[A-Za-z0-9+/]{43}=/g, '<digest>'],
  [/(:secret:[\w/+=.@-]+)-[A-Za-z0-9]{6}\b/g, '$1-<suffix>'],
];

/** Members whose value is any, by name. */
const ANY =
  /(Time|Date|Timestamp|At|Id|Token|ETag|Marker|Modified|Message|Reason)$|^(Arn|arn)$/;

function leaves(value, path = '') {
  if (Array.isArray(value)) {
    return value.length === 0
      ? []
      : value.flatMap((item, index) => leaves(item, `${path}[${index}]`));
  }
  if (value && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, item]) =>
      leaves(item, path ? `${path}.${key}` : key),
    );
  }
  if (value === null || value === '') return [];
  const inner = typeof value === 'string' && json(value);
  return inner ? leaves(inner, `${path}<json>`) : [[path, value]];
}

/** Policies and templates are JSON in a string, in any order. */
function json(text) {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Ids may be keys too. */
function byPath(answer) {
  return new Map(
    leaves(answer).map(([path, value]) => [
      path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>'),
      value,
    ]),
  );
}

function masked(path, value) {
  if (ANY.test(path.replace(/\[\d+\]$/, ''))) return '<any>';
  return MASKS.reduce(
    (text, [pattern, mask]) => text.replace(pattern, mask),
    String(value),
  );
}

/** The error code that the CLI prints: "An error occurred (Code) when calling". */
export function errorCode({ code, err }) {
  if (code === 0) return undefined;
  return /An error occurred \(([^)]+)\)/.exec(err)?.[1] ?? 'no answer';
}

/**
 * Where two answers differ: in the outcome, in a member that both have, or in
 * one that only moto has. Members that only the sandbox has are counted.
 */
export function compare(here, moto) {
  const [ours, theirs] = [errorCode(here), errorCode(moto)];
  if (ours !== theirs || ours === 'no answer') {
    const say = code => code ?? 'success';
    return {
      differences: [`sandbox: ${say(ours)}, moto: ${say(theirs)}`],
      more: 0,
    };
  }
  if (ours) return { differences: [], more: 0 };
  const mine = byPath(here.out);
  const other = byPath(moto.out);
  const differences = [];
  for (const [path, value] of other) {
    if (!mine.has(path)) {
      differences.push(`${path}: only moto has it (${short(value)})`);
    } else if (masked(path, mine.get(path)) !== masked(path, value)) {
      differences.push(
        `${path}: sandbox ${short(mine.get(path))}, moto ${short(value)}`,
      );
    }
  }
  const more = [...mine.keys()].filter(path => !other.has(path)).length;
  return { differences, more };
}

function short(value) {
  const text = String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
