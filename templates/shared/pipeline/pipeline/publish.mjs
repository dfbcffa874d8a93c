// Publishes the release: its code or image, the template it was built with and
// its manifest. Writing the same release again changes nothing.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { kind, liveParameter, publishArtifact, releaseTemplate } from './artifact.mjs';
import { callJson, getObject, objectExists, putObject } from './lib/aws.mjs';
import { declaredParameters, hex, releaseId } from './lib/release.mjs';

const { SERVICE_NAME: component, ARTIFACT_BUCKET: bucket, COMMIT_ID, EXECUTION_ID, PIPELINE_ARN } = process.env;
const build = JSON.parse(readFileSync('dist/build.json', 'utf8'));

const artifact = await publishArtifact(build);
const template = releaseTemplate(readFileSync('template.yaml', 'utf8'), artifact);
const templateHash = hex(template);
const id = releaseId({ artifact: artifact.codeSha256 ?? artifact.digest, kind, template: templateHash });
const folder = `releases/${component}/${id}`;

let version = build.version;
if (await objectExists(bucket, `${folder}/manifest.json`)) {
  ({ version } = JSON.parse((await getObject(bucket, `${folder}/manifest.json`)).toString('utf8')));
  console.log(`This release is already published as ${version}`);
} else {
  const { file, ...described } = artifact;
  if (file) {
    await putObject(bucket, `${folder}/code.zip`, readFileSync(file), 'application/zip');
    Object.assign(described, { bucket, key: `${folder}/code.zip` });
  }
  await putObject(bucket, `${folder}/template.yaml`, template, 'application/yaml');
  const manifest = {
    schema: 'careplane.dev/release/v1',
    id,
    component,
    version,
    kind,
    commit: await commit(),
    builtAt: new Date().toISOString(),
    pipeline: { arn: PIPELINE_ARN, executionId: EXECUTION_ID },
    artifact: described,
    template: { bucket, key: `${folder}/template.yaml`, sha256: templateHash },
    quality: JSON.parse(readFileSync('dist/quality.json', 'utf8')),
    // Written by a service with a database: which schema it needs, and what its changelog takes away.
    ...(existsSync('database.json') ? { database: JSON.parse(readFileSync('database.json', 'utf8')) } : {}),
  };
  // The manifest comes last: whoever sees it finds everything it names.
  await putObject(bucket, `${folder}/manifest.json`, JSON.stringify(manifest, null, 2), 'application/json');
}

const parameters = {
  ...JSON.parse(process.env.STAGE_PARAMETERS || '{}'),
  Stage: 'dev',
  ReleaseId: id,
  ReleaseVersion: version,
  [liveParameter]: 'latest',
  ...(artifact.uri ? { ImageUri: artifact.uri } : { CodeBucket: bucket, CodeKey: `${folder}/code.zip` }),
};
mkdirSync('published', { recursive: true });
writeFileSync('published/template.yaml', template);
writeFileSync('published/dev.json', JSON.stringify({ Parameters: declaredParameters(template, parameters) }, null, 2));
console.log(`Release ${id.slice(0, 12)} (${version}) is published`);

async function commit() {
  const { commit: found } = await callJson('codecommit', 'CodeCommit_20150413.GetCommit', {
    repositoryName: component,
    commitId: COMMIT_ID,
  });
  const [seconds] = found.author.date.split(' ');
  return {
    id: COMMIT_ID,
    message: found.message.split('\n')[0].slice(0, 200),
    author: found.author.name,
    at: new Date(Number(seconds) * 1000).toISOString(),
  };
}
