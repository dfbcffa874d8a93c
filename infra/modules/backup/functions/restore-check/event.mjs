const DATABASE =
  /^arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:db:([a-zA-Z][a-zA-Z0-9-]{0,62})$/;

/**
 * Reads EventBridge's event of a restore job.
 *
 * @returns `{job, identifier}` of a database that a test has restored;
 *   `{left}` with the reason for anything else
 * @throws TypeError where it is no such event
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-validation.html
 */
export function readRestore(event) {
  const { restoreJobId, status, createdResourceArn, restoreTestingPlanArn } =
    event?.detail ?? {};
  if (typeof restoreJobId !== 'string') {
    throw new TypeError('the event names no restore job');
  }
  if (!restoreTestingPlanArn) return { left: 'no restore test' };
  if (status !== 'COMPLETED') return { left: 'not completed' };
  const [, identifier] = DATABASE.exec(createdResourceArn) ?? [];
  if (!identifier) return { left: 'no database' };
  return { job: restoreJobId, identifier };
}

/**
 * Reads what is to be true of every restored database.
 *
 * @param text - JSON, `{database, tables: ["schema.name"], freshest?: {table, column, withinHours}}`
 * @throws TypeError that says what is wrong
 */
export function readExpectations(text) {
  const { database, tables = [], freshest } = JSON.parse(text ?? '{}');
  if (typeof database !== 'string') throw new TypeError('no database is named');
  const named = [...tables, ...(freshest ? [freshest.table] : [])];
  if (tables.length === 0 || !named.every(one => /^[^.]+\.[^.]+$/.test(one))) {
    throw new TypeError(
      'tables are named as schema.name, and there is one at least',
    );
  }
  if (freshest && !(freshest.column && freshest.withinHours > 0)) {
    throw new TypeError('freshest needs a column and withinHours');
  }
  return { database, tables, freshest };
}
