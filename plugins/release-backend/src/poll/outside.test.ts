import { judgeMove } from './outside';

const ONE = { id: '1', contentHash: 'one' };
const TWO = { id: '2', contentHash: 'two' };
const at = '2026-01-02T00:00:00.000Z';
const base = { lastKnown: ONE, pipelineDeploys: false, at, actor: 'user/x' };

describe('a target that nobody told Careplane of moving', () => {
  it('SC-D1: a weight that somebody set by hand is an outside change, also where the version stays', () => {
    const observed = {
      exists: true,
      stable: ONE,
      candidate: { revision: TWO, weight: 0.1 },
    };
    expect(judgeMove({ ...base, observed })).toEqual({
      moved: false,
      outsideChange: { at, actor: 'user/x', from: ONE, to: TWO },
    });
    expect(
      judgeMove({ ...base, observed: { exists: true, stable: ONE } }),
    ).toEqual({ moved: false, outsideChange: undefined });
  });

  it('SC-D2: another task definition is one, and its pipeline is not an outsider', () => {
    const arn = (revision: number) => ({
      id: `arn:aws:ecs:us-east-1:222222222222:task-definition/video-gateway:${revision}`,
      contentHash: `sha256:${revision}`,
    });
    const moved = {
      ...base,
      lastKnown: arn(41),
      observed: { exists: true, stable: arn(43) },
    };
    expect(judgeMove(moved).outsideChange).toMatchObject({
      from: arn(41),
      to: arn(43),
    });
    expect(judgeMove({ ...moved, pipelineDeploys: true })).toEqual({
      moved: true,
      outsideChange: undefined,
    });
  });
});
