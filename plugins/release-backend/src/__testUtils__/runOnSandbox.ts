import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import { startPortal } from './sandboxPortal';
import { BUCKET, DEV } from './stacks';

export type Portal = Awaited<ReturnType<typeof startPortal>>;

/** A sandbox whose time passes quickly, and the release plugin over it. */
export async function runOnSandbox(
  prepare: (
    sandbox: RunningSandbox,
  ) => Promise<BackendFeature[]> = async () => [],
  settings: Parameters<typeof startPortal>[1] = {},
  components?: Parameters<typeof startPortal>[2],
): Promise<{
  sandbox: RunningSandbox;
  portal: Portal;
  close: () => Promise<void>;
}> {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const sandbox = await startSandbox();
  process.env.AWS_ENDPOINT_URL = sandbox.url;
  await sandbox.call(
    's3',
    'CreateBucket',
    { Bucket: BUCKET },
    { account: DEV },
  );
  const portal = await startPortal(
    await prepare(sandbox),
    settings,
    components,
  );
  // CloudFormation and ECS work in the sandbox's own time, the engine in its.
  const ticking = setInterval(() => {
    sandbox.clock.advance(5_000).catch(() => {});
    portal.passTime(2_000).then(undefined, () => {});
  }, 200);
  const close = async () => {
    clearInterval(ticking);
    await portal.stop();
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  };
  return { sandbox, portal, close };
}
