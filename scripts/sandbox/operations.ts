// Prints what the sandbox implements: `{service: [operation, …]}`.
import { services } from '../../packages/aws-sandbox/src/services';

process.stdout.write(
  JSON.stringify(
    Object.fromEntries(
      services.map(({ id, operations }) => [id, Object.keys(operations)]),
    ),
  ),
);
