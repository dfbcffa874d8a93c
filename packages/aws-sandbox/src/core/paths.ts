import { dirname, join } from 'node:path';

const PACKAGE = dirname(require.resolve('../../package.json'));

/** Path inside the repository's `templates`, which lie beside the packages. */
export function templatesPath(...parts: string[]): string {
  return join(PACKAGE, '../../templates', ...parts);
}

/** Path inside the repository's `infra`. */
export function infraPath(...parts: string[]): string {
  return join(PACKAGE, '../../infra', ...parts);
}

/** Commands that stand in for `docker` and `sonar-scanner` in builds. */
export function shimFolders(): string[] {
  return [
    join(PACKAGE, 'src/services/ecr/docker-shim'),
    join(PACKAGE, 'src/sonarqube/scanner-shim'),
  ];
}
