import { otherArchitecture } from './publishing';

describe('a copy of code', () => {
  it('is refused where it was built for another architecture', () => {
    expect(otherArchitecture('dev', 'arm64', 'x86_64')).toEqual([
      expect.stringMatching(/dev runs was built for arm64.*runs on x86_64/),
    ]);
    expect(otherArchitecture('dev', 'arm64', 'arm64')).toEqual([]);
  });

  it('is not judged before both are known; the publisher looks again', () => {
    expect(otherArchitecture('dev', undefined, 'x86_64')).toEqual([]);
    expect(otherArchitecture('dev', 'arm64', undefined)).toEqual([]);
  });
});
