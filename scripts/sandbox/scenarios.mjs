import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { Stop } from '../lib/say.mjs';

const FOLDER = new URL('scenarios/', import.meta.url);

/**
 * The scenario files, checked; docs/extend/sandbox-judges.md describes them.
 *
 * @returns {{service: string, cli: string, docs: string, scenarios: object, differs: object[]}[]}
 */
export function readScenarios() {
  return readdirSync(fileURLToPath(FOLDER))
    .filter(name => name.endsWith('.yaml'))
    .sort()
    .map(name => {
      const file = parse(readFileSync(new URL(name, FOLDER), 'utf8'));
      const { service, cli = service, docs = '', differs = [] } = file;
      for (const rule of differs) check(rule, name);
      for (const [title, steps] of Object.entries(file.scenarios)) {
        steps.forEach(step => {
          if (!step.run && !step.advance) {
            throw new Stop(`${name}: "${title}" has a step without run`);
          }
          if (step.differs) check(step, name);
        });
      }
      return { name, service, cli, docs, differs, scenarios: file.scenarios };
    });
}

function check(rule, name) {
  const because = rule.because ?? rule.differs;
  if (!because || !rule.source) {
    throw new Stop(
      `${name}: a difference needs its reason and a source: ${JSON.stringify(
        rule,
      )}`,
    );
  }
}
