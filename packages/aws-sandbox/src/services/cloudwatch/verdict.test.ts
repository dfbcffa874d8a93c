import { verdictOf } from './verdict';

/** As AWS's page writes it, oldest first: 0 good, X breaching, - missing. */
const row = (text: string) =>
  text
    .split(' ')
    .reverse()
    .map(each => (each === '-' ? undefined : each === 'X'));

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'];

function verdicts(points: string, needed: number) {
  return TREATMENTS.map(treatMissing =>
    verdictOf({ breaching: row(points), periods: 3, needed, treatMissing }),
  );
}

describe('the verdict of an alarm', () => {
  it.each([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', undefined, 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', undefined, 'ALARM', 'OK'],
  ])('three of three, %s: as AWS documents it', (points, ...expected) => {
    expect(verdicts(points, 3)).toEqual(expected);
  });

  it.each([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'ALARM', undefined, 'ALARM', 'OK'],
    ['- - - - 0', 'OK', undefined, 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', undefined, 'ALARM', 'OK'],
  ])('two of three, %s: as AWS documents it', (points, ...expected) => {
    expect(verdicts(points, 2)).toEqual(expected);
  });
});
