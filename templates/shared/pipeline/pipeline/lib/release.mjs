// What a release is: identity, version label, and the template it is built with.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const hex = data => createHash('sha256').update(data).digest('hex');
export const base64 = data => createHash('sha256').update(data).digest('base64');

/**
 * The identity of a release: SHA-256 of the canonical JSON (RFC 8785) of what
 * it consists of. The keys stand in canonical order and the values are ASCII.
 */
export const releaseId = ({ artifact, kind, template }) =>
  hex(JSON.stringify({ artifact, kind, template }));

/** `<major>.<minor>` of package.json and the number of the build. */
export function versionLabel(env = process.env) {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [major, minor] = version.split('.');
  return `${major}.${minor}.${env.CODEBUILD_BUILD_NUMBER ?? 0}`;
}

/** The text of one resource of a template, from its logical id to the next. */
export function resourceText(template, logicalId) {
  const lines = template.split('\n');
  const start = lines.indexOf(`  ${logicalId}:`);
  if (start < 0) throw new Error(`template.yaml has no resource ${logicalId}`);
  const length = lines.slice(start + 1).findIndex(line => /^ {0,2}\S/.test(line));
  return lines.slice(start, length < 0 ? undefined : start + 1 + length).join('\n');
}

/**
 * Gives an immutable resource a logical id that changes with what it holds, so
 * that CloudFormation makes a new one exactly when something changed.
 */
export function stamp(template, placeholder, parts) {
  const pattern = new RegExp(`\\b${placeholder}\\b`, 'g');
  if (!pattern.test(template)) throw new Error(`template.yaml has no resource ${placeholder}`);
  return template.replace(pattern, `${placeholder}${hex(parts.join('\n')).slice(0, 12)}`);
}

/** The values of STAGE_PARAMETERS that the template declares. */
export function declaredParameters(template, values) {
  const section = template.split(/^Parameters:\n/m)[1]?.split(/^\S/m)[0] ?? '';
  const declared = [...section.matchAll(/^ {2}(\w+):/gm)].map(match => match[1]);
  return Object.fromEntries(Object.entries(values).filter(([name]) => declared.includes(name)));
}
