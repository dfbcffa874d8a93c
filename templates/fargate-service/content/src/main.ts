import { log } from './log.ts';
import { createService } from './server.ts';

const port = Number(process.env.PORT ?? 8080);
const server = createService();
server.listen(port, () => log('info', `listening on ${port}`));

// ECS sends SIGTERM and waits: finish what is running, take nothing new.
process.once('SIGTERM', () => server.close(() => process.exit(0)));
