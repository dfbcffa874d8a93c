import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { TOOLS_DIR } from '../lib/paths.mjs';
import { runToEnd } from '../lib/process.mjs';
import { say, Stop } from '../lib/say.mjs';

/** Newest first: the oldest JDK that runs a release, and that release. */
const RELEASES = [
  { java: 21, version: '26.9.0.129388' },
  { java: 17, version: '10.7.0.96327' },
];
const CACHE = join(TOOLS_DIR, 'sonarqube');

/**
 * A JDK and an unpacked SonarQube Server that it runs: from `SONARQUBE_HOME`,
 * `CAREPLANE_SONARQUBE_ZIP`, the project's own tools, or fetched with Maven.
 *
 * @returns {Promise<{java: string, home: string, version: string}>}
 * @throws Stop where the machine has no JDK, or nothing to fetch the server with
 */
export async function findJudge(env = process.env) {
  const jdk = newestJdk(env);
  if (!jdk || jdk.major < 17) {
    throw new Stop(
      'SonarQube Server needs a full JDK 21 or newer (17 at least), and this machine has none. Install one, or name its folder in JAVA_HOME, and run the command again.',
    );
  }
  const home = resolve(env.SONARQUBE_HOME ?? (await unpacked(jdk, env)));
  const version = versionIn(home);
  if (!version) {
    throw new Stop(
      `There is no SonarQube Server in ${home} (no lib/sonar-application-*.jar).`,
    );
  }
  return { java: jdk.java, home, version };
}

async function unpacked(jdk, env) {
  const zip =
    env.CAREPLANE_SONARQUBE_ZIP && resolve(env.CAREPLANE_SONARQUBE_ZIP);
  const { version } = RELEASES.find(({ java }) => jdk.major >= java);
  const name = zip
    ? basename(zip, '.zip').replace('sonar-application', 'sonarqube')
    : `sonarqube-${version}`;
  const home = join(CACHE, name);
  if (existsSync(home) && versionIn(home)) return home;
  if (zip && !existsSync(zip)) {
    throw new Stop(
      `CAREPLANE_SONARQUBE_ZIP is ${zip}, and there is no such file.`,
    );
  }
  const archive = zip ?? (await fetchArchive(version));
  say(`Unpacking ${basename(archive)}`);
  const fresh = join(CACHE, `unpacking-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    // `jar` is in every JDK; `unzip` is not on every machine.
    execFileSync(join(dirname(jdk.java), 'jar'), ['xf', archive], {
      cwd: fresh,
    });
    const [top] = readdirSync(fresh).filter(entry =>
      versionIn(join(fresh, entry)),
    );
    if (!top) throw new Stop(`${archive} holds no SonarQube Server.`);
    rmSync(home, { recursive: true, force: true });
    renameSync(join(fresh, top), home);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return home;
}

/** Maven knows where its artifacts come from, mirrors and proxies included. */
async function fetchArchive(version) {
  const repository = join(CACHE, 'maven');
  const archive = join(
    repository,
    `org/sonarsource/sonarqube/sonar-application/${version}/sonar-application-${version}.zip`,
  );
  if (existsSync(archive)) return archive;
  say(`Fetching SonarQube Server ${version} with Maven (about 0.9 GB, once)`);
  let result;
  try {
    result = await runToEnd(
      'mvn',
      [
        '-q',
        '-B',
        `-Dmaven.repo.local=${repository}`,
        'dependency:get',
        `-Dartifact=org.sonarsource.sonarqube:sonar-application:${version}:zip`,
        '-Dtransitive=false',
      ],
      { timeout: 15 * 60_000 },
    );
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new Stop(
      'SonarQube Server is not on this machine, and Maven, which fetches it, is not either. Install Maven, or set SONARQUBE_HOME, CAREPLANE_SONARQUBE_ZIP or SONARQUBE_URL with SONARQUBE_TOKEN, and run the command again.',
    );
  }
  if (result.code !== 0 || !existsSync(archive)) {
    throw new Stop(
      `Maven could not fetch SonarQube Server ${version}:\n${result.output.slice(
        -2000,
      )}`,
    );
  }
  return archive;
}

function versionIn(home) {
  const lib = join(home, 'lib');
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map(file => /^sonar-application-(.+)\.jar$/.exec(file)?.[1])
    .find(Boolean);
}

function newestJdk(env) {
  const candidates = [env.JAVA_HOME, ...below('/usr/lib/jvm'), ...below('/opt')]
    .filter(Boolean)
    .map(home => join(home, 'bin'))
    .concat((env.PATH ?? '').split(delimiter));
  return candidates
    .filter(
      bin => existsSync(join(bin, 'javac')) && existsSync(join(bin, 'jar')),
    )
    .map(bin => ({
      java: join(bin, 'java'),
      major: majorOf(join(bin, 'java')),
    }))
    .sort((a, b) => b.major - a.major)[0];
}

function below(folder) {
  return existsSync(folder)
    ? readdirSync(folder).map(entry => join(folder, entry))
    : [];
}

function majorOf(java) {
  try {
    // "openjdk 25 2025-09-16": the first number is the major version.
    const said = execFileSync(java, ['--version'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return Number(/\d+/.exec(said)?.[0] ?? 0);
  } catch {
    return 0;
  }
}
