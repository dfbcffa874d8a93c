// Checks of one rendered service. Each returns its findings; none is a pass.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { nag } from './nag.mjs';

export const TEMPLATE_FILES = ['template.yaml', 'pipeline.yaml'];

/** Rules that must have looked at something, or their silence means nothing. */
const MUST_LOOK = {
  'lambda-api/template.yaml': [
    'APIGWCacheEnabledAndEncrypted',
    'APIGWExecutionLoggingEnabled',
    'APIGWSSLEnabled',
    'APIGWXrayEnabled',
    'CloudWatchAlarmAction',
    'CloudWatchLogGroupEncrypted',
    'CloudWatchLogGroupRetentionPeriod',
    'IAMNoInlinePolicy',
    'IAMPolicyNoStatementsWithAdminAccess',
    'IAMPolicyNoStatementsWithFullAccess',
    'LambdaConcurrency',
    'LambdaDLQ',
    'LambdaFunctionPublicAccessProhibited',
    'LambdaInsideVPC',
    'SNSEncryptedKMS',
    'WAFv2LoggingEnabled',
  ],
  'fargate-service/template.yaml': [
    'ALBHttpDropInvalidHeaderEnabled',
    'CloudWatchAlarmAction',
    'CloudWatchLogGroupEncrypted',
    'CloudWatchLogGroupRetentionPeriod',
    'EC2RestrictedCommonPorts',
    'EC2RestrictedSSH',
    'ECSTaskDefinitionUserForHostMode',
    'ELBDeletionProtectionEnabled',
    'ELBLoggingEnabled',
    'ELBv2ACMCertificateRequired',
    'IAMNoInlinePolicy',
    'IAMPolicyNoStatementsWithAdminAccess',
    'IAMPolicyNoStatementsWithFullAccess',
    'SNSEncryptedKMS',
    'WAFv2LoggingEnabled',
  ],
  'lambda-api/pipeline.yaml': [
    'CodeBuildProjectEnvVarAwsCred',
    'CloudWatchLogGroupEncrypted',
    'IAMPolicyNoStatementsWithFullAccess',
  ],
  'fargate-service/pipeline.yaml': [
    'CodeBuildProjectEnvVarAwsCred',
    'CloudWatchLogGroupEncrypted',
    'IAMPolicyNoStatementsWithFullAccess',
  ],
};

export function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      entry => entry.isFile() && !entry.parentPath.includes('node_modules'),
    )
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}

/** Marks of a template that nothing replaced, and files that do not parse. */
export function wellFormed(folder) {
  return filesOf(folder).flatMap(file => {
    const text = readFileSync(file, 'utf8');
    const findings =
      /\$\{\{|\{%|\[object Object\]|\bundefined\b(?=\s*$)/m.test(text) &&
      !/\.(ts|mjs)$/.test(file)
        ? [`${file}: a placeholder is left`]
        : [];
    if (/\.ya?ml$/.test(file)) {
      const tags = [...text.matchAll(/!(\w+)/g)].map(match => ({
        tag: `!${match[1]}`,
        resolve: value => value,
      }));
      for (const error of parseDocument(text.split(/^---$/m)[0], {
        customTags: tags,
        logLevel: 'silent',
      }).errors) {
        findings.push(`${file}: ${error.message}`);
      }
    }
    if (file.endsWith('.json')) {
      try {
        JSON.parse(text);
      } catch (error) {
        findings.push(`${file}: ${error.message}`);
      }
    }
    if (/package-lock\.json$/.test(file) && /"resolved":/.test(text))
      findings.push(`${file}: names a registry`);
    return findings;
  });
}

/** cdk-nag's HIPAA pack: no finding, no acknowledgement, and every rule that matters looked. */
export function hipaa(template, folder) {
  return TEMPLATE_FILES.flatMap(file => {
    const text = readFileSync(join(folder, file), 'utf8');
    const { findings, exercised } = nag(join(folder, file), {});
    const silent = MUST_LOOK[`${template}/${file}`].filter(
      rule => !exercised.includes(rule),
    );
    return [
      ...findings.map(finding => `${file}: ${finding}`),
      ...silent.map(rule => `${file}: ${rule} looked at nothing`),
      ...(/cdk_nag|cfn-lint:|SuppressedRules/.test(text)
        ? [`${file}: holds a suppression`]
        : []),
    ];
  });
}

/** cfn-lint's program, or undefined where this machine has none. */
export function findCfnLint(cache) {
  const found = [
    process.env.CFN_LINT,
    join(cache, 'cfn-lint/bin/cfn-lint'),
    'cfn-lint',
  ]
    .filter(Boolean)
    .find(command => spawnSync(command, ['--version']).status === 0);
  return found;
}

/** Puts cfn-lint into a folder of its own. Needs Python and its registry. */
export function installCfnLint(cache) {
  const home = join(cache, 'cfn-lint');
  const python = ['python3', 'python'].find(
    command => spawnSync(command, ['--version']).status === 0,
  );
  if (!python) return undefined;
  const run = (command, args) => spawnSync(command, args, { encoding: 'utf8' });
  if (!existsSync(home) && run(python, ['-m', 'venv', home]).status !== 0)
    return undefined;
  if (
    run(join(home, 'bin/pip'), ['install', '--quiet', 'cfn-lint>=1.40,<2'])
      .status !== 0
  )
    return undefined;
  return join(home, 'bin/cfn-lint');
}

/** cfn-lint: no error, no warning. */
export function cfnLint(command, files) {
  const run = spawnSync(command, ['--format', 'parseable', ...files], {
    encoding: 'utf8',
  });
  if (run.error) return [run.error.message];
  const findings = run.stdout.split('\n').filter(Boolean);
  return run.status !== 0 && findings.length === 0
    ? [`cfn-lint ended with ${run.status}: ${run.stderr}`]
    : findings;
}

/** `npm ci && npm test && npm run package`, offline, and the same zip twice. */
export function builds(folder) {
  const env = {
    ...process.env,
    npm_config_offline: 'true',
    CODEBUILD_BUILD_NUMBER: '7',
  };
  for (const name of Object.keys(env))
    if (/^NODE_|^AWS_|^npm_(?!config_offline|config_cache)/.test(name))
      delete env[name];
  const commands = [
    ['ci'],
    ['test'],
    ['run', 'test:coverage'],
    ['run', 'package'],
  ];
  const findings = commands.flatMap(args => {
    const run = spawnSync('npm', args, { cwd: folder, env, encoding: 'utf8' });
    return run.status === 0
      ? []
      : [
          `npm ${args.join(' ')} ended with ${run.status}:\n${run.stdout.slice(
            -3000,
          )}${run.stderr.slice(-2000)}`,
        ];
  });
  if (findings.length > 0) return findings;
  const first = readFileSync(join(folder, 'dist/build.json'), 'utf8');
  spawnSync('npm', ['run', 'package'], { cwd: folder, env });
  if (readFileSync(join(folder, 'dist/build.json'), 'utf8') !== first)
    findings.push('the same sources made another artifact');
  return findings;
}
