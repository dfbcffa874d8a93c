import { refusal } from './guard';

const OWN = 'http://localhost:4567';
const refuse = (headers: Record<string, string>) =>
  refusal({ headers: { host: 'localhost:4567', ...headers } }, OWN);

describe('the guard of the sign-in port', () => {
  it('lets a back end pass, which sends neither Origin nor Sec-Fetch headers', () => {
    expect(refuse({})).toBeUndefined();
  });

  it('lets a browser navigate here from another site', () => {
    expect(
      refuse({ 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-site' }),
    ).toBeUndefined();
  });

  it("takes its own form's POST", () => {
    expect(
      refuse({
        origin: OWN,
        'sec-fetch-mode': 'navigate',
        'sec-fetch-site': 'same-origin',
      }),
    ).toBeUndefined();
  });

  it.each([
    [{ origin: 'http://evil.example' }],
    [{ 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'same-site' }],
    [{ host: 'rebound.example:4567' }],
  ])('refuses what a page of another origin could send: %j', headers => {
    expect(refuse(headers as Record<string, string>)).toEqual(
      expect.any(String),
    );
  });
});
