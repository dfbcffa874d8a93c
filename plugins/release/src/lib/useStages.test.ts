import { withStageTitle } from './useStages';

describe('a sentence of the backend', () => {
  it.each([
    ['10 % of prod traffic is on 1.6.0', '10 % of Prod traffic is on 1.6.0'],
    ['prod stays on 1.4.0.', 'Prod stays on 1.4.0.'],
    ['The tests on prod.', 'The tests on Prod.'],
    [
      "'release.targets.prod' of svc-prod",
      "'release.targets.prod' of svc-prod",
    ],
    ['arn:aws:lambda:1:prod:live', 'arn:aws:lambda:1:prod:live'],
    ['role/prod-release in production', 'role/prod-release in production'],
  ])('calls a stage by its title and leaves identifiers: %s', (said, shown) => {
    expect(withStageTitle(said, 'prod', 'Prod')).toBe(shown);
  });

  it('leaves a title that holds the name as it is', () => {
    expect(
      withStageTitle('US prod stays; prod is held', 'prod', 'US prod'),
    ).toBe('US prod stays; US prod is held');
  });
});
