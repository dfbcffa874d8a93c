import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

const MODULES = join(ROOT, 'infra/modules');

/** Every function of the platform: `{module, name, folder}`. */
export function listFunctions() {
  return readdirSync(MODULES).flatMap(module => {
    const functions = join(MODULES, module, 'functions');
    if (!existsSync(functions)) return [];
    return readdirSync(functions)
      .map(name => ({ module, name, folder: join(functions, name) }))
      .filter(({ folder }) => existsSync(join(folder, 'index.mjs')));
  });
}
