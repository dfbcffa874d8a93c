import { holdsIdentifier, safeFacts, withoutIdentifiers } from './safeFacts';

describe('what looks like an identifier of a patient', () => {
  it.each([
    'MRN 12345678',
    'MRN is 12345678',
    'mrn no. 12345678',
    'medical record number: A12345',
    'SSN 123456789',
    '123-45-6789',
    '123 45 6789',
    '123.45.6789',
    'patient id 44871',
    'member number is 100200',
  ])('is found in "%s"', text => {
    expect(holdsIdentifier(`Seen: ${text}, see the ticket`)).toBe(true);
    expect(withoutIdentifiers(text)).not.toMatch(/\d{4}/);
  });

  it.each([
    'CLM-2231 rounding fix',
    'errors went from 0.02 % to 8.1 % at 02:41',
    'back to 1.41.2 of 2026-11-23',
    'patients saw errors since 02:41',
    'build 1234567 failed',
  ])('is not found in "%s"', text => {
    expect(holdsIdentifier(text)).toBe(false);
  });

  it('does not reach evidence, nor does a fact that is not listed', () => {
    expect(
      safeFacts({ reason: 'MRN is 12345678', payload: 'x', stage: 'prod' }),
    ).not.toEqual(expect.objectContaining({ payload: 'x' }));
    expect(
      JSON.stringify(safeFacts({ reason: 'MRN is 12345678' })),
    ).not.toMatch(/12345678/);
  });
});
