import { nameProblems, suggestNames } from './rules';

describe('the name of a service', () => {
  it.each(['abc', 'visit-api', 'a1-2', `a${'b'.repeat(31)}`])(
    'may be %s',
    name => {
      expect(nameProblems(name)).toEqual([]);
    },
  );

  it.each([
    ['', /3 to 32/],
    ['ab', /3 to 32/],
    [`a${'b'.repeat(32)}`, /this has 33/],
    ['Visit', /lower-case/],
    ['1visit', /letter/],
    ['visit_api', /hyphens/],
    ['visit-', /end/],
    ['visit--api', /single/],
    ['internal-visits', /reserved/],
  ])('may not be "%s"', (name, problem) => {
    expect(nameProblems(name).join(' ')).toMatch(problem);
  });

  it.each(['visit-api', 'Visit API!', 'x'.repeat(50), '', '99', 'aws'])(
    'has only allowed suggestions for "%s"',
    name => {
      for (const suggestion of suggestNames(name)) {
        expect(nameProblems(suggestion)).toEqual([]);
        expect(suggestion).not.toBe(name);
      }
    },
  );
});
