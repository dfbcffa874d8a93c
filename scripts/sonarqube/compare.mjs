/**
 * The fields that Careplane reads of each answer: by the client's schemas, and
 * by the quality step of a service's pipeline. The others are no business of it.
 */
const READ = {
  'api/components/show': [/^component\.(key|analysisDate)$/],
  'api/qualitygates/project_status': [/^projectStatus\.(status|conditions)/],
  'api/measures/component': [/^component\.measures\b.*\bvalue$/],
  'api/project_analyses/search': [/^analyses\[\d+\]\.(key|date|revision)$/],
  'api/project_branches/list': [/^branches\[\d+\]\.(name|isMain)$/],
  'api/ce/task': [/^task\.(id|status|analysisId|componentKey)$/],
};

const EMPTY = '(empty)';

/** What our client must make of a state: an equal mistake on both sides is one. */
const EXPECTED = {
  passed: 'passed',
  failed: 'failed',
  'first analysis': 'passed',
  'nothing judged': 'none',
  'never analysed': 'none',
  'wrong key': 'NotFoundError',
  'wrong token': 'NotAllowedError',
  'no token': 'NotAllowedError',
  'no permission': 'NotAllowedError',
};

/**
 * Puts the answers of both sides beside each other, field by field.
 *
 * @returns {{state: string, endpoint: string, field: string, real: string,
 *   sandbox: string, same: boolean}[]}
 */
export function compare(real, sandbox) {
  if (real.length !== sandbox.length)
    throw new Error('The two sides were asked different questions');
  return real.flatMap((one, index) => compareAnswers(one, sandbox[index]));
}

function compareAnswers(real, sandbox) {
  const rows = [];
  const row = (field, a, b, same = a === b) =>
    rows.push({
      state: real.state,
      endpoint: real.asked,
      field,
      real: text(a),
      sandbox: text(b),
      same,
    });
  if (real.http || sandbox.http) {
    row('HTTP status', real.http?.status, sandbox.http?.status);
    row('content type', real.http?.type, sandbox.http?.type);
  }
  const fields = [flatten(real.http?.body), flatten(sandbox.http?.body)];
  for (const field of union(fields).filter(name => isRead(real.asked, name))) {
    row(field, ...fields.map(one => comparable(one.get(field))));
  }
  const invented = [...fields[1]].filter(
    ([name, value]) => !hasLike(fields[0], name, value),
  );
  if (real.http) {
    row(
      'fields that only the sandbox has',
      'none',
      invented.map(([name]) => name).join(', ') || 'none',
    );
  }
  row('our client: error', errorOf(real), errorOf(sandbox));
  if (real.asked === 'reading') {
    const states = [real, sandbox].map(
      ({ result, error }) => error?.name ?? result[0].gate,
    );
    const expected = EXPECTED[real.state];
    row(
      `our client: is '${expected}'`,
      ...states,
      states.every(state => state === expected),
    );
  }
  const results = [flatten(real.result), flatten(sandbox.result)];
  for (const field of union(results)) {
    row(
      `our client: ${field}`,
      ...results.map(one => comparable(one.get(field))),
    );
  }
  return rows;
}

/** An empty list or object is like a filled one. */
function hasLike(fields, name, value) {
  if (typeof fields.get(name) === typeof value) return true;
  return (
    value === EMPTY && [...fields.keys()].some(other => other.startsWith(name))
  );
}

function isRead(asked, name) {
  return (
    name.startsWith('errors[') ||
    READ[asked.split('?')[0]]?.some(pattern => pattern.test(name))
  );
}

/**
 * Every leaf of an answer by its path. Entries of a metric are named by it, and
 * a gate's condition is one leaf: it holds or differs as a whole.
 */
function flatten(value, path = '', into = new Map()) {
  if (value === undefined) return into;
  if (value === null || typeof value !== 'object') return into.set(path, value);
  if ('comparator' in value) return into.set(path, sorted(value));
  const entries = Array.isArray(value)
    ? value.map((item, index) => [
        `[${item?.metricKey ?? item?.metric ?? index}]`,
        item,
      ])
    : Object.entries(value).map(([key, item]) => [
        path ? `.${key}` : key,
        item,
      ]);
  if (entries.length === 0) into.set(path, EMPTY);
  for (const [step, item] of entries) flatten(item, `${path}${step}`, into);
  return into;
}

function sorted(value) {
  return JSON.stringify(value, Object.keys(value).sort());
}

/** What differs between any two servers is compared by its form. */
function comparable(value) {
  if (typeof value !== 'string') return value;
  return value
    .replace(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, '<uuid>')
    .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/, '<date +0000>')
    .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, '<date Z>')
    .replace(/^http:\/\/127\.0\.0\.1:\d+/, '<server>')
    .replace(/^http:\/\/localhost:\d+/, '<server>');
}

function errorOf({ error }) {
  return error ? `${error.name}: ${error.message}` : 'none';
}

function union(maps) {
  return [...new Set(maps.flatMap(map => [...map.keys()]))];
}

function text(value) {
  if (value === undefined) return '(absent)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
