import { UserIdentity } from '@backstage/core-components';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Logo } from '../shell/Logo';
import { useElapsed } from './useElapsed';
import { oidcAuthApiRef } from './oidc';
import styles from './SignIn.module.css';

/** Most sessions are resumed by then, and nothing need be shown. */
const SHOW_AFTER_MS = 300;
/** From then on the page says what it waits for, and offers to try again. */
const SLOW_AFTER_MS = 8_000;

/** What stopped a sign-in, in words, and what one does about it. */
function wordsFor(cause: unknown): string {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (error.name === 'PopupRejectedError') {
    return `The browser blocked the sign-in window. Allow pop-ups for ${window.location.host}, then try again.`;
  }
  if (error.name === 'PopupClosedError') {
    return 'The sign-in window was closed before it had finished. If it stayed empty or showed an error, the identity provider cannot be reached: wait a minute, then try again.';
  }
  return `The identity provider refused or could not be asked: ${error.message}`;
}

/** The session is looked up; says so once that takes longer than usual. */
function Checking() {
  const waited = useElapsed([SHOW_AFTER_MS, SLOW_AFTER_MS]);
  if (waited < SHOW_AFTER_MS) return null;
  return (
    <>
      <p className={styles.muted} role="status">
        {waited < SLOW_AFTER_MS
          ? 'Looking for your session…'
          : 'Still looking for your session: the portal or its identity provider has not answered yet. The page goes on by itself when they do.'}
      </p>
      {waited >= SLOW_AFTER_MS && (
        <button
          type="button"
          className={styles.button}
          // A request that hangs is shared by all tries; a new page drops it.
          onClick={() => window.location.reload()}
        >
          Try again
        </button>
      )}
    </>
  );
}

/** The sign-in window is open; offers another one where none is to be seen. */
function Waiting(props: { onAgain: () => void }) {
  const waited = useElapsed([SLOW_AFTER_MS]);
  return (
    <>
      <p className={styles.waiting} role="status">
        Finish signing in in the window that has opened.
        {waited >= SLOW_AFTER_MS &&
          ' If you see none, it is behind this one or was blocked. If it stays empty, the identity provider does not answer.'}
      </p>
      {waited >= SLOW_AFTER_MS && (
        <button type="button" className={styles.second} onClick={props.onAgain}>
          Open the sign-in window again
        </button>
      )}
    </>
  );
}

/** Asks the identity provider who it is; resumes a session that still stands. */
export function SignIn(props: SignInPageProps) {
  const { onSignInSuccess } = props;
  const authApi = useApi(oidcAuthApiRef);
  const local = useApi(configApiRef).getOptionalBoolean('careplane.local');
  const [state, setState] = useState<'checking' | 'ready' | 'busy'>('checking');
  const [error, setError] = useState<string>();
  /** Only the latest attempt may change the page. */
  const attempt = useRef(0);

  const signIn = useCallback(
    async (options: { optional?: boolean; instantPopup?: boolean }) => {
      attempt.current += 1;
      const mine = attempt.current;
      setError(undefined);
      try {
        const answer = await authApi.getBackstageIdentity(options);
        if (mine !== attempt.current) return;
        if (!answer) {
          setState('ready');
          return;
        }
        const profile = await authApi.getProfile();
        if (mine !== attempt.current) return;
        onSignInSuccess(
          UserIdentity.create({
            identity: answer.identity,
            authApi,
            profile,
          }),
        );
      } catch (cause) {
        if (mine !== attempt.current) return;
        if (!options.optional) setError(wordsFor(cause));
        setState('ready');
      }
    },
    [authApi, onSignInSuccess],
  );

  useEffect(() => {
    if (attempt.current > 0) return;
    signIn({ optional: true });
  }, [signIn]);

  const ask = () => {
    setState('busy');
    signIn({ instantPopup: true });
  };

  return (
    <main className={styles.page} aria-busy={state === 'checking'}>
      <div className={styles.card} data-checking={state === 'checking'}>
        <div className={styles.brand}>
          <Logo size={36} />
          Careplane
        </div>
        <h1 className={styles.title}>Sign in</h1>
        {state === 'checking' ? (
          <Checking />
        ) : (
          <>
            <p className={styles.muted}>
              Services, releases and their evidence, on AWS.
            </p>
            {local && (
              <p className={styles.local}>
                <strong>Local demo.</strong> AWS and the identity provider are
                the sandbox on this machine. The next page offers one button for
                each demo persona; no password is needed.
              </p>
            )}
            {error && (
              <p className={styles.error} role="alert">
                {error} Nothing was changed.
              </p>
            )}
            {state === 'busy' ? (
              <Waiting onAgain={ask} />
            ) : (
              <button type="button" className={styles.button} onClick={ask}>
                {error ? 'Try again' : 'Sign in with OpenID Connect'}
              </button>
            )}
          </>
        )}
      </div>
    </main>
  );
}
