import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import Knex from 'knex';

/** One place where a planted text was found. */
export interface Finding {
  text: string;
  /** `release.sqlite rollout.data`, `log portal.log`, `GET /release/audit`. */
  where: string;
  /** Name of the field that holds it; the innermost one in JSON. */
  field: string;
}

/** Every place in a value where one of the texts is, by its innermost key. */
function inJson(
  value: unknown,
  texts: string[],
  field: string,
): { text: string; field: string }[] {
  if (typeof value === 'string') {
    const parsed = /^\s*[[{]/.test(value) ? tryParse(value) : undefined;
    if (parsed !== undefined) return inJson(parsed, texts, field);
    return texts
      .filter(text => value.includes(text))
      .map(text => ({ text, field }));
  }
  if (Array.isArray(value)) {
    return value.flatMap(one => inJson(one, texts, field));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, one]) => [
      ...inJson(key, texts, `${field} (a name)`),
      ...inJson(one, texts, key),
    ]);
  }
  return texts
    .filter(text => String(value).includes(text))
    .map(text => ({ text, field }));
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const findIn = (
  where: string,
  value: unknown,
  texts: string[],
): Finding[] => inJson(value, texts, '').map(one => ({ where, ...one }));

/** All rows of all tables of every SQLite file of a folder. */
export async function findInDatabases(
  folder: string,
  texts: string[],
): Promise<{ found: Finding[]; rows: number; tables: number }> {
  const found: Finding[] = [];
  let rows = 0;
  let tables = 0;
  for (const file of readdirSync(folder).filter(one => /\.sqlite$/.test(one))) {
    const knex = Knex({
      client: 'better-sqlite3',
      connection: { filename: join(folder, file) },
      useNullAsDefault: true,
    });
    try {
      const names: { name: string }[] = await knex('sqlite_master')
        .where({ type: 'table' })
        .select('name');
      for (const { name } of names) {
        tables += 1;
        const all: Record<string, unknown>[] = await knex(name).select('*');
        rows += all.length;
        for (const row of all) {
          for (const [column, value] of Object.entries(row)) {
            const text = Buffer.isBuffer(value) ? value.toString() : value;
            const where = `${file} ${name}.${column}`;
            found.push(
              ...inJson(text, texts, column).map(one => ({ where, ...one })),
            );
          }
        }
      }
    } finally {
      await knex.destroy();
    }
  }
  return { found, rows, tables };
}

/** All files below a folder, byte by byte. */
export function findInFiles(folder: string, texts: string[]): Finding[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return findInFiles(path, texts);
    const bytes = readFileSync(path, 'latin1');
    return texts
      .filter(text => bytes.includes(text))
      .map(text => ({
        text,
        where: `file ${relative(join(folder, '..'), path)}`,
        field: lineWith(bytes, text),
      }));
  });
}

function lineWith(bytes: string, text: string): string {
  const at = bytes.indexOf(text);
  return bytes.slice(Math.max(0, at - 60), at + 40).replace(/\s+/g, ' ');
}
