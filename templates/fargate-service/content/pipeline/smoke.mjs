// Waits until the service on dev runs what was deployed, with every task healthy.
// The load balancer is private, so the question goes to ECS, which asks it.
import { callJson } from './lib/aws.mjs';

const [, cluster, service] = process.env.TARGET_ARN.split(':').at(-1).split('/');
const deadline = Date.now() + 10 * 60_000;
for (;;) {
  const { services } = await callJson('ecs', 'AmazonEC2ContainerServiceV20141113.DescribeServices', {
    cluster,
    services: [service],
  });
  const { status, deployments = [], runningCount, desiredCount } = services[0] ?? {};
  const primary = deployments.find(deployment => deployment.status === 'PRIMARY');
  console.log(`${service}: ${status}, rollout ${primary?.rolloutState}, ${runningCount} of ${desiredCount} tasks run`);
  if (primary?.rolloutState === 'FAILED') {
    console.error(`The deployment failed: ${primary.rolloutStateReason}`);
    process.exit(1);
  }
  if (primary?.rolloutState === 'COMPLETED' && runningCount >= desiredCount) break;
  if (Date.now() > deadline) {
    console.error('The service did not become steady within 10 minutes');
    process.exit(1);
  }
  await new Promise(done => setTimeout(done, 3_000));
}
