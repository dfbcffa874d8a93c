import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { act, fireEvent, screen } from '@testing-library/react';
import { oidcAuthApiRef } from './oidc';
import { SignIn } from './SignIn';

type Options = { optional?: boolean; instantPopup?: boolean };

const never = () => new Promise<never>(() => {});
const named = (name: string, message: string) =>
  Object.assign(new Error(message), { name });
const identity = {
  identity: { type: 'user', userEntityRef: 'user:default/maya.chen' },
};

async function open(answer: (options: Options) => Promise<unknown>) {
  const getBackstageIdentity = jest.fn(answer);
  const onSignInSuccess = jest.fn();
  renderInTestApp(<SignIn onSignInSuccess={onSignInSuccess} />, {
    apis: [
      mockApis.config(),
      [
        oidcAuthApiRef,
        { getBackstageIdentity, getProfile: async () => ({}) } as never,
      ],
    ],
  });
  await screen.findByRole('heading', { name: 'Sign in' });
  return { getBackstageIdentity, onSignInSuccess };
}

/** Time of the page only: promises go on as they do. */
const pass = (ms: number) => act(async () => jest.advanceTimersByTimeAsync(ms));

describe('the sign-in page', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('says what it waits for when nobody answers, and how to try again', async () => {
    await open(never);
    await pass(1_000);
    expect(screen.getByRole('status')).toHaveTextContent(
      'Looking for your session…',
    );
    expect(screen.queryByRole('button')).toBeNull();
    await pass(8_000);
    expect(screen.getByRole('status')).toHaveTextContent(
      /identity provider has not answered yet/,
    );
    expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
  });

  it('opens the sign-in window again when the first does not come back', async () => {
    const { getBackstageIdentity, onSignInSuccess } = await open(
      async ({ optional }) => (optional ? undefined : never()),
    );
    fireEvent.click(await screen.findByRole('button', { name: /^Sign in/ }));
    expect(screen.getByRole('status')).toHaveTextContent(/^Finish signing in/);
    await pass(8_000);
    getBackstageIdentity.mockImplementation(async () => identity);
    fireEvent.click(
      screen.getByRole('button', { name: 'Open the sign-in window again' }),
    );
    await pass(0);
    expect(onSignInSuccess).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['PopupRejectedError', /blocked the sign-in window. Allow pop-ups for/],
    ['PopupClosedError', /closed before it had finished/],
    ['Error', /could not be asked: connect ECONNREFUSED/],
  ])('says what to do after a %s', async (name, words) => {
    await open(async ({ optional }) => {
      if (optional) return undefined;
      throw named(name, 'connect ECONNREFUSED');
    });
    fireEvent.click(await screen.findByRole('button', { name: /^Sign in/ }));
    expect(await screen.findByRole('alert')).toHaveTextContent(words);
    expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
  });
});
