// What this kind of service releases: a zip of its code.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, relative } from 'node:path';
import { base64, resourceText, stamp } from './lib/release.mjs';
import { zip } from './lib/zip.mjs';

export const kind = 'lambda-alias';
export const liveParameter = 'LiveVersion';

const CODE = 'dist/code';

/** Removes the types, adds production dependencies and packs dist/code.zip. */
export async function packageArtifact() {
  for (const file of listFiles('src')) {
    const target = join(CODE, file.replace(/\.ts$/, '.mjs'));
    mkdirSync(join(target, '..'), { recursive: true });
    const source = readFileSync(file, 'utf8');
    writeFileSync(target, file.endsWith('.ts') ? withoutTypes(source) : source);
  }
  const { dependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
  if (Object.keys(dependencies).length > 0) addDependencies();
  const archive = zip(listFiles(CODE).map(file => ({ name: relative(CODE, file), data: readFileSync(file) })));
  writeFileSync('dist/code.zip', archive);
  return { type: 'zip', codeSha256: base64(archive) };
}

/** The zip needs no registry: the manifest's folder holds it. */
export async function publishArtifact({ artifact }) {
  const file = 'dist/code.zip';
  if (base64(readFileSync(file)) !== artifact.codeSha256) {
    throw new Error('dist/code.zip is not what the Build stage packaged');
  }
  return { ...artifact, file };
}

/** The template with logical ids that follow the code, its configuration and the API. */
export function releaseTemplate(template, { codeSha256 }) {
  const api = [...template.matchAll(/^ {2}(Api\w+):$/gm)].map(match => resourceText(template, match[1]));
  const versioned = stamp(template, 'ReleaseVersionResource', [codeSha256, resourceText(template, 'Function')]);
  return stamp(versioned, 'ApiDeploymentResource', api);
}

function withoutTypes(source) {
  return stripTypeScriptTypes(source).replace(/((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]+)\.ts(?=['"])/g, '$1.mjs');
}

function addDependencies() {
  for (const file of ['package.json', 'package-lock.json']) cpSync(file, join(CODE, file));
  const install = spawnSync('npm', ['ci', '--omit=dev', '--ignore-scripts'], { cwd: CODE, stdio: 'inherit' });
  if (install.status !== 0) throw new Error('npm ci of the production dependencies failed');
}

function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}
