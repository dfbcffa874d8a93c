import { partOf } from './part';

describe('part of the portal', () => {
  it('serves everything where nothing is said', () => {
    expect(partOf(undefined)).toBe('all');
    expect(partOf('')).toBe('all');
  });

  it('serves the part that is named', () => {
    expect(partOf('general')).toBe('general');
    expect(partOf('release')).toBe('release');
  });

  it('refuses to start as a part that there is not', () => {
    expect(() => partOf('releases')).toThrow(
      "CAREPLANE_PART is 'releases'; it is one of all, general, release",
    );
  });
});
