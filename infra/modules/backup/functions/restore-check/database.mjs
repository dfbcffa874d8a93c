import pg from 'pg';

const ATTEMPTS = 3;
const REFUSED = new Set(['28P01', '28000']);

/**
 * Opens the restored database with the first credentials that it takes: it
 * knows the passwords of the time when it was copied.
 *
 * @param candidates - `{username, password}`, newest first
 * @returns `{client}`, or `{problem}` in our own words
 */
export async function openRestored(place, candidates, ca) {
  let problem =
    'the database refuses the credentials, the current and the previous';
  for (const { username, password } of candidates) {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const client = new pg.Client({
        ...place,
        user: username,
        password,
        ssl: { rejectUnauthorized: true, ca },
        connectionTimeoutMillis: 5_000,
        statement_timeout: 60_000,
        options: '-c default_transaction_read_only=on',
        application_name: 'careplane-restore-check',
      });
      client.on('error', () => {
        // The query that was under way reports it.
      });
      try {
        await client.connect();
        return { client };
      } catch (error) {
        await client.end().catch(() => {});
        if (REFUSED.has(error.code)) break;
        problem = `the database cannot be opened over TLS (${
          error.code ?? error.name
        })`;
        if (attempt === ATTEMPTS) return { problem };
      }
    }
  }
  return { problem };
}
