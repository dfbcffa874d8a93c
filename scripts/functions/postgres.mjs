import {
  chownSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { generate } from 'selfsigned';
import { startPostgres } from '../lib/postgres.mjs';

/**
 * A real PostgreSQL that takes passwords, and only over TLS, as RDS does with
 * `rds.force_ssl`. The superuser gets in from the loopback address without.
 *
 * @returns undefined where there is no PostgreSQL; else `port`, `ca` (PEM),
 *   `caFile`, `query(sql)` as the superuser and `stop()`
 */
export async function startTlsPostgres() {
  const server = await startPostgres();
  if (!server) return undefined;
  const admin = new pg.Client({
    connectionString: `${server.connection}/postgres`,
  });
  await admin.connect();
  const show = async name =>
    Object.values((await admin.query(`SHOW ${name}`)).rows[0])[0];
  const data = await show('data_directory');
  const { cert, private: key } = await generate(
    [{ name: 'commonName', value: 'localhost' }],
    {
      keySize: 2048,
      extensions: [
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    },
  );
  const own = (path, text) => {
    writeFileSync(path, text, { mode: 0o600 });
    const { uid, gid } = statSync(data);
    if (process.getuid?.() === 0) chownSync(path, uid, gid);
  };
  own(join(data, 'server.crt'), cert);
  own(join(data, 'server.key'), key);
  own(
    await show('hba_file'),
    'host all postgres 127.0.0.1/32 trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n',
  );
  await admin.query("ALTER SYSTEM SET ssl = 'on'");
  await admin.query("ALTER SYSTEM SET password_encryption = 'scram-sha-256'");
  await admin.query('SELECT pg_reload_conf()');
  const folder = mkdtempSync(join(tmpdir(), 'careplane-ca-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, cert);
  return {
    port: Number(new URL(server.connection).port),
    ca: cert,
    caFile,
    query: (sql, values) => admin.query(sql, values),
    async stop() {
      await admin.end();
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
