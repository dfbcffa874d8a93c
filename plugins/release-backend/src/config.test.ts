import { ConfigReader } from '@backstage/config';
import { readReleaseConfig } from './config';

const stage = (name: string, soak?: object | string) => ({
  name,
  accountId: '111111111111',
  region: 'us-east-1',
  ...(soak && { gates: { soak } }),
});
const read = (...stages: object[]) =>
  readReleaseConfig(new ConfigReader({ release: { stages } })).soakMs;

describe('the soak of a stage', () => {
  it('is a duration, by stage; none where none is asked', () => {
    const soaks = read(
      stage('dev'),
      stage('qa', 'PT90M'),
      stage('prod', { days: 1, hours: 2 }),
    );
    expect([...soaks]).toEqual([
      ['qa', 90 * 60_000],
      ['prod', 26 * 3_600_000],
    ]);
  });

  it.each([
    [[stage('dev', { hours: 1 })], /stages\[0\]\.gates\.soak.*first stage/],
    [[stage('dev'), stage('qa', { hours: 0 })], /stages\[1\].*no time at all/],
    [[stage('dev'), stage('qa', 'a while')], /gates\.soak/],
  ])('that is wrong stops the start and names its key', (stages, message) => {
    expect(() => read(...stages)).toThrow(message);
  });
});

describe('the tests of a stage', () => {
  const tested = (name: string) => ({
    ...stage(name),
    tests: { project: '{component}-tests' },
  });
  const stagesOf = (stages: object[], delivery?: object) =>
    readReleaseConfig(
      new ConfigReader({
        release: { stages },
        ...(delivery && { aws: { delivery } }),
      }),
    ).stages.map(one => one.tests);

  it('lie in the delivery account, where the repositories are, unless they say otherwise', () => {
    const delivery = { accountId: '999999999999', region: 'eu-west-1' };
    expect(stagesOf([stage('dev'), tested('qa')], delivery)).toEqual([
      undefined,
      { project: '{component}-tests', ...delivery },
    ]);
    const own = { project: 'all', accountId: '888888888888' };
    expect(
      stagesOf([stage('dev'), { ...stage('qa'), tests: own }], delivery)[1],
    ).toEqual({ ...own, region: 'eu-west-1' });
  });

  it('are refused on the first stage, which its pipeline tests', () => {
    expect(() => stagesOf([tested('dev'), stage('qa')])).toThrow(
      /stages\[0\]\.tests.*pipeline tests/,
    );
  });
});
