import { join } from 'node:path';

/** Folder with the sandbox's `docker`, to be put first on a build's PATH. */
export const DOCKER_SHIM_DIR = join(__dirname, 'docker-shim');
