// Asks ECS for the service on the stage: its load balancer is private, and this
// project runs outside of the stage's network. Tests over HTTP, or in a browser,
// need a VpcConfig of the project with a subnet that reaches the load balancer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callJson } from '../pipeline/lib/aws.mjs';
import { target } from './target.mjs';

const [, cluster, service] = target.split(':').at(-1).split('/');
const describe = async () => {
  const { services } = await callJson('ecs', 'AmazonEC2ContainerServiceV20141113.DescribeServices', {
    cluster,
    services: [service],
  });
  return services[0];
};

test('runs as many tasks as it is to, of one deployment that has come to its end', async () => {
  const { status, runningCount, desiredCount, deployments } = await describe();
  assert.equal(status, 'ACTIVE');
  assert.ok(desiredCount > 0, 'the service is to run no task');
  assert.equal(runningCount, desiredCount);
  assert.deepEqual(deployments.map(one => one.rolloutState), ['COMPLETED']);
});

test('loses no task within ten seconds', async () => {
  const before = await describe();
  await new Promise(done => setTimeout(done, 10_000));
  const after = await describe();
  assert.equal(after.deployments[0].id, before.deployments[0].id);
  assert.equal(after.runningCount, after.desiredCount);
  assert.equal(after.deployments[0].failedTasks ?? 0, before.deployments[0].failedTasks ?? 0);
});
