import { arnOf, promote, SOFIA, start, V2 } from './__testUtils__/fakePortal';

jest.setTimeout(60_000);

const HOUR = 3_600_000;
const question = {
  entityRef: 'component:default/claims-api',
  stage: 'prod',
  kind: 'promote',
  releaseId: V2.id,
};

async function portal() {
  const t = await start({ soak: { hours: 24 } });
  await t.filled();
  const preview = async (stage = 'prod') =>
    (await t.post('/api/release/previews', { ...question, stage })).body;
  const soak = async () =>
    (await preview()).gates.find((one: { id: string }) => one.id === 'soak');
  /** The gate after so many hours, read until it says what is waited for. */
  const soakSays = async (hours: number, says: RegExp) => {
    for (let minute = 0; minute < 50; minute += 1) {
      await t.setClock(hours * HOUR + minute * 60_000);
      const found = await soak();
      if (says.test(found.summary)) return found;
      await t.readAgain();
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`The soak never says ${says}`);
  };
  return { ...t, preview, soak, soakSays };
}

describe('a stage that asks for a soak on the one before (SC-K8)', () => {
  it('takes a release once it has run there for so long, as far as was read', async () => {
    const t = await portal();
    const shut = await t.soak();
    expect(shut).toMatchObject({
      state: 'fail',
      waivable: true,
      summary: expect.stringMatching(
        /^Runs on qa undisturbed since .*; 1 d is asked, so until /,
      ),
    });
    const { since, until } = shut.wait;
    expect(Date.parse(until) - Date.parse(since)).toBe(24 * HOUR);
    expect((await t.preview()).blockers).toEqual([`Soak: ${shut.summary}`]);
    const refused = await t.post('/api/release/rollouts', promote('prod', 'k'));
    expect(refused.status).toBe(409);
    expect(refused.body.error.message).toContain(shut.summary);

    const unreadable = jest
      .spyOn(t.aws.driver, 'observe')
      .mockRejectedValue(new Error('no answer'));
    expect(await t.soakSays(25, /qa has not been read since/)).toMatchObject({
      state: 'unknown',
    });
    unreadable.mockRestore();
    expect(
      await t.soakSays(25, /^Has run on qa undisturbed for 1 d/),
    ).toMatchObject({
      state: 'pass',
    });
    const started = await t.post('/api/release/rollouts', promote('prod', 'l'));
    expect(started.status).toBe(202);
    const planned = await t.until(started.body.id, 'AWAITING_APPROVAL');
    expect(planned.gates).toContainEqual(
      expect.objectContaining({ id: 'soak', state: 'pass' }),
    );
    await t.backend.stop();
  });

  it('counts anew when somebody has shared the traffic there, and asks nothing of other stages', async () => {
    const t = await portal();
    const began = (await t.soak()).wait.since;
    const qa = t.aws.target(arnOf('qa'));
    qa.candidate = { revision: { id: '9', contentHash: 'x' }, weight: 0.1 };
    expect(await t.soakSays(5, /^Traffic on qa is shared/)).toMatchObject({
      state: 'fail',
    });
    await t.setClock(30 * HOUR);
    qa.candidate = undefined;
    const anew = await t.soakSays(30, /^Runs on qa undisturbed since .* UTC;/);
    expect(anew.state).toBe('fail');
    expect(Date.parse(anew.wait.since) - Date.parse(began)).toBeGreaterThan(
      24 * HOUR,
    );
    const gates: { id: string }[] = (await t.preview('qa')).gates;
    expect(gates.map(one => one.id)).not.toContain('soak');
    await t.backend.stop();
  });

  it('SC-K17: is not satisfied by an approval; a waiver is part of what is approved, and a rollback waits for no soak', async () => {
    const t = await portal();
    const waivers = [{ gate: 'soak', reason: 'the fix of an outage' }];
    const { body } = await t.post('/api/release/rollouts', {
      ...promote('prod', 'w'),
      waivers,
    });
    const planned = await t.until(body.id, 'AWAITING_APPROVAL');
    expect(planned.gates).toContainEqual(
      expect.objectContaining({ id: 'soak', state: 'waived' }),
    );
    const acts = `/api/release/rollouts/${body.id}/acts`;
    const approve = { act: 'approve', planHash: planned.planHash };
    expect((await t.post(acts, approve, SOFIA)).status).toBe(200);
    const done = await t.until(body.id, 'SUCCEEDED', 'BLOCKED');
    expect(done.state).toBe('SUCCEEDED');

    const back = await t.post('/api/release/previews', {
      ...question,
      kind: 'rollback',
      releaseId: undefined,
      revisionId: '1',
    });
    expect(back.body).toMatchObject({ gates: [], blockers: [] });
    await t.backend.stop();
  });
});
