import type { Release } from '@careplane/backstage-plugin-release-common';
import { evaluateGates } from './evaluate';
import { isWaivable } from './waivers';

const CODE = `${'c'.repeat(43)}=`;
const OTHER = `${'d'.repeat(43)}=`;
const stages = [
  { name: 'dev', title: 'Development' },
  { name: 'qa', title: 'Quality assurance' },
  { name: 'prod', title: 'Production' },
];
const release: Release = {
  id: 'r',
  component: 'claims-api',
  version: '1.42.0',
  kind: 'lambda-alias',
  commit: { id: 'c' },
  builtAt: '2026-01-01T00:00:00Z',
  artifact: { type: 'zip', codeSha256: CODE },
  runsOn: ['qa'],
  ranOn: ['dev'],
};
const proof = (stage: string, contentHash = CODE) => ({
  stage,
  revisionId: '7',
  contentHash,
  matches: contentHash === CODE,
});

describe('the gates of a promote', () => {
  const gate = (id: string, more: Partial<Release>, stage = 'prod') => {
    const found = evaluateGates({
      release: { ...release, ...more },
      stage,
      stages,
      delivery: { unavailable: 'No answer.' },
    }).find(one => one.id === id);
    if (!found) throw new Error(`No gate ${id}.`);
    return found;
  };
  const same = (more: Partial<Release>, stage?: string) =>
    gate('same-artifact', more, stage);

  it('prove by hash that earlier stages had the same artifact', () => {
    expect(same({ proof: [proof('dev'), proof('qa')] })).toMatchObject({
      title: 'Same artifact',
      state: 'pass',
      summary:
        'CodeSha256 cccccccccccc, the same as on Development and Quality assurance.',
    });
  });

  it('are shut where one had another, which nobody can waive', () => {
    const shut = same({ proof: [proof('dev', OTHER), proof('qa')] });
    expect(shut).toMatchObject({
      state: 'fail',
      summary: expect.stringMatching(
        /^Development had another artifact.*dddddddddddd.*cccccccccccc/,
      ),
    });
    expect(shut.waivable).toBeUndefined();
    expect(isWaivable(shut)).toBe(false);
  });

  it('say unknown, and never pass, where no hash is known', () => {
    expect(same({ proof: [proof('qa')] })).toMatchObject({
      state: 'unknown',
      summary: expect.stringContaining('What Development had'),
    });
    expect(
      same({ proof: [proof('dev', 'tag:web:1'), proof('qa')] }).state,
    ).toBe('unknown');
  });

  it('ask for no proof where it has not run before, and not of later stages', () => {
    expect(same({ runsOn: [], ranOn: [] }).state).toBe('pass');
    expect(
      same({ runsOn: ['prod'], ranOn: [], proof: [proof('prod', OTHER)] }, 'qa')
        .state,
    ).toBe('pass');
  });

  it('are shut by what the running release took away from the database, whatever the move is called', () => {
    const { proof: _, ...running } = { ...release, proof: undefined };
    const evaluated = (contracts: string[], candidate: Release) =>
      evaluateGates({
        release: candidate,
        running: { ...running, database: { contracts } },
        stage: 'prod',
        stages,
        delivery: { unavailable: 'No answer.' },
      }).find(one => one.id === 'database');
    const older = { ...release, version: '1.40.0' };
    expect(evaluated(['drop-ssn'], older)).toMatchObject({
      state: 'unknown',
      waivable: true,
      summary: expect.stringMatching(/^Moving to 1.40.0 crosses .*drop-ssn/),
    });
    const knows = { ...older, database: { contracts: ['drop-ssn'] } };
    expect(evaluated(['drop-ssn'], knows)).toBeUndefined();
    expect(evaluated([], older)).toBeUndefined();
  });

  it('call stages as people do', () => {
    expect(gate('previous-stage', {}).summary).toBe(
      'Runs on Quality assurance now.',
    );
    expect(
      gate('build', { found: { stage: 'dev', revisionId: '7' } }).summary,
    ).toContain('running on Development');
  });
});
