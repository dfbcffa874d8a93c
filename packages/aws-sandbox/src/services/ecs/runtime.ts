import type { Sandbox } from '../../core';
import { Driver, DRIVE, type DrivePayload } from './Driver';
import { EcsStore } from './EcsStore';
import { ProcessHost } from './ProcessHost';
import { Tasks } from './Tasks';

const drivers = new WeakMap<Sandbox, Driver>();

/** Starts ECS of a sandbox: its processes, and the tasks of an earlier run anew. */
export function startRuntime(sandbox: Sandbox): void {
  const host = new ProcessHost(sandbox);
  let driver: Driver | undefined;
  const tasks = new Tasks(sandbox, host, (account, serviceArn) =>
    driver?.wake(account, serviceArn, 20),
  );
  driver = new Driver(sandbox, tasks);
  drivers.set(sandbox, driver);
  sandbox.onClose(() => {
    driver = undefined;
  });
  const running = driver;
  sandbox.jobs.handle<DrivePayload>(DRIVE, payload => running.drive(payload));
  for (const account of sandbox.accounts('ecs', 'services')) {
    const store = new EcsStore(sandbox, account);
    tasks.forgetOld(store);
    for (const service of store.services.values())
      running.wake(account, service.arn);
  }
}

/** Lets a service's deployment and tasks move soon. */
export const wake = (
  sandbox: Sandbox,
  account: string,
  serviceArn: string,
): void => drivers.get(sandbox)?.wake(account, serviceArn);
