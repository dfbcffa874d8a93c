// Asks the service in dev whether it answers, through the alias that traffic takes.
import { invoke } from './lib/aws.mjs';

const result = await invoke(process.env.TARGET_ARN, { httpMethod: 'GET', path: '/health' });
console.log(`GET /health: ${result.statusCode}`);
if (result.statusCode !== 200) process.exit(1);
