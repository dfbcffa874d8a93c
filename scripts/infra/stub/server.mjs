// The providers that Terraform talks to offline. Started by start.mjs with one
// JSON argument, `{schemaFile, linked}`; prints where each provider listens.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { archiveProvider, awsProvider } from './providers.mjs';
import { CONTROLLER, PROVIDER } from './protocol.mjs';
import { handlersOf } from './handlers.mjs';

const options = JSON.parse(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'cp-tf-'));
const end = () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
// The harness that started this process holds its stdin open.
process.stdin.resume().on('end', end);

const sockets = {};
for (const provider of [awsProvider(options), archiveProvider(options)]) {
  const socket = join(folder, provider.name);
  await listen(socket, provider);
  sockets[provider.source] = socket;
}
process.stdout.write(`${JSON.stringify(sockets)}\n`);

function listen(socket, provider) {
  const server = new Server({
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': -1,
  });
  server.addService(PROVIDER, handlersOf(provider));
  server.addService(CONTROLLER, {
    Shutdown: (_, callback) => callback(null, {}),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync(
      `unix:${socket}`,
      ServerCredentials.createInsecure(),
      error => (error ? reject(error) : resolve()),
    );
  });
}
