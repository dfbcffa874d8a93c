import { randomUUID } from 'node:crypto';
import { signIn } from '../scripts/lib/signIn.mjs';

const ENTITY = 'component:default/visit-api';
const STAGE = 'prod';

/** Seconds from the request to roll back until the alias is seen back in AWS. */
export async function measureRollback(portal, sandbox) {
  const token = await signIn(portal, 'daniel.okafor');
  const call = async (path, body) => {
    const response = await fetch(`${portal}/api/release${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(
        `${path} answered ${response.status}: ${await response.text()}`,
      );
    return response.json();
  };
  const { targets } = await call('/entities/component/default/visit-api');
  const { target } = targets.find(block => block.target.stage === STAGE);
  const option = target.rollbackOptions.find(({ ready }) => ready === 'ready');
  if (!option) return [];
  const [, , , region, account, , name, alias] = target.arn.split(':');
  const began = performance.now();
  await call('/rollouts', {
    entityRef: ENTITY,
    stage: STAGE,
    kind: 'rollback',
    revisionId: option.revision.id,
    reason: 'bench',
    idempotencyKey: randomUUID(),
  });
  const requested = performance.now();
  for (;;) {
    const response = await fetch(
      `${sandbox}/2015-03-31/functions/${name}/aliases/${alias}`,
      {
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=0`,
        },
      },
    );
    const observed = await response.json();
    if (observed.FunctionVersion === option.revision.id) break;
    if (performance.now() - began > 60_000)
      throw new Error('The alias was not seen back within 60 s');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return [
    {
      name: 'roll back to alias observed back',
      value: ((performance.now() - began) / 1000).toFixed(2),
      unit: 's',
      method: `one rollback of ${ENTITY} on ${STAGE} in the sandbox, GetAlias every 20 ms; the request itself took ${(
        (requested - began) /
        1000
      ).toFixed(2)} s`,
    },
  ];
}
