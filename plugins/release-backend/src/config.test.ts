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
