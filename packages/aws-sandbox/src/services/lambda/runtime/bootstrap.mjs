// Runs one event through a handler, as Lambda's Node runtime does. The event
// comes on stdin, the answer leaves on descriptor 3, and stdout is the log.
import { existsSync, writeSync } from 'node:fs';
import nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ANSWER = 3;
/** Lambda's runtime carries the SDK; here it is the sandbox's own. */
const CARRIED = /^@(aws-sdk|smithy)\//;

nodeModule.registerHooks?.({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!CARRIED.test(specifier)) throw error;
      return next(specifier, { ...context, parentURL: import.meta.url });
    }
  },
});

function answer(value) {
  const bytes = Buffer.from(JSON.stringify(value));
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(ANSWER, bytes, written);
  }
  process.exit(0);
}

function fail(error, type) {
  const known = error instanceof Error;
  answer({
    error: {
      errorType: type ?? (known ? error.name : typeof error),
      errorMessage: known ? error.message : String(error),
      trace: known ? String(error.stack).split('\n') : [],
    },
  });
}

process.on('uncaughtException', error => fail(error));
process.on('unhandledRejection', error =>
  fail(error, 'Runtime.UnhandledPromiseRejection'),
);

async function load(root, handler) {
  const dot = handler.lastIndexOf('.');
  const [path, name] = [handler.slice(0, dot), handler.slice(dot + 1)];
  const file = ['.js', '.mjs', '.cjs']
    .map(ending => join(root, `${path}${ending}`))
    .find(existsSync);
  if (dot < 0 || !file) {
    const missing = new Error(`Error: Cannot find module '${path || handler}'`);
    throw Object.assign(missing, { kind: 'Runtime.ImportModuleError' });
  }
  let module;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (error) {
    throw Object.assign(error instanceof Error ? error : new Error(error), {
      kind:
        error instanceof SyntaxError
          ? 'Runtime.UserCodeSyntaxError'
          : 'Runtime.ImportModuleError',
    });
  }
  const found = module[name] ?? module.default?.[name];
  if (typeof found !== 'function') {
    const missing = new Error(`${handler} is undefined or not exported`);
    throw Object.assign(missing, { kind: 'Runtime.HandlerNotFound' });
  }
  return found;
}

function call(handler, event, context) {
  if (handler.length < 3) return handler(event, context);
  return new Promise((resolve, reject) => {
    const done = (error, value) => (error ? reject(error) : resolve(value));
    const result = handler(event, context, done);
    if (typeof result?.then === 'function') result.then(resolve, reject);
  });
}

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { event, context, handler, root, deadline } = JSON.parse(text);
process.chdir(root);
let run;
try {
  run = await load(root, handler);
} catch (error) {
  fail(error, error.kind);
}
try {
  const result = await call(run, event, {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  });
  answer({ result: result === undefined ? null : result });
} catch (error) {
  fail(error);
}
