// Builds what will be released into dist/. Nothing here talks to AWS.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { packageArtifact } from './artifact.mjs';
import { versionLabel } from './lib/release.mjs';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
const artifact = await packageArtifact();
writeFileSync('dist/build.json', JSON.stringify({ version: versionLabel(), artifact }, null, 2));
console.log(`Packaged version ${versionLabel()}`);
