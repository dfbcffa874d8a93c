import { UserIdentity } from '@backstage/core-components';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import type { SignInPageProps } from '@backstage/plugin-app-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Logo } from '../shell/Logo';
import { oidcAuthApiRef } from './oidc';
import styles from './SignIn.module.css';

/** Asks the identity provider who it is; resumes a session that still stands. */
export function SignIn(props: SignInPageProps) {
  const { onSignInSuccess } = props;
  const authApi = useApi(oidcAuthApiRef);
  const local = useApi(configApiRef).getOptionalBoolean('careplane.local');
  const [state, setState] = useState<'checking' | 'ready' | 'busy'>('checking');
  const [error, setError] = useState<string>();
  const started = useRef(false);

  const signIn = useCallback(
    async (options: { optional?: boolean; instantPopup?: boolean }) => {
      setError(undefined);
      try {
        const answer = await authApi.getBackstageIdentity(options);
        if (!answer) {
          setState('ready');
          return;
        }
        const profile = await authApi.getProfile();
        onSignInSuccess(
          UserIdentity.create({
            identity: answer.identity,
            authApi,
            profile,
          }),
        );
      } catch (cause) {
        if (!options.optional) {
          setError(cause instanceof Error ? cause.message : String(cause));
        }
        setState('ready');
      }
    },
    [authApi, onSignInSuccess],
  );

  useEffect(() => {
    if (started.current) return;
    started.current = true;
    signIn({ optional: true });
  }, [signIn]);

  if (state === 'checking') {
    return <main className={styles.page} aria-busy="true" />;
  }
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={36} />
          Careplane
        </div>
        <h1 className={styles.title}>Sign in</h1>
        <p className={styles.muted}>
          Services, releases and their evidence, on AWS.
        </p>
        {local && (
          <p className={styles.local}>
            <strong>Local demo.</strong> AWS and the identity provider are the
            sandbox on this machine. The next page offers one button for each
            demo persona; no password is needed.
          </p>
        )}
        <button
          type="button"
          className={styles.button}
          aria-disabled={state === 'busy'}
          onClick={() => {
            if (state === 'busy') return;
            setState('busy');
            signIn({ instantPopup: true });
          }}
        >
          {state === 'busy'
            ? 'Waiting for the identity provider…'
            : 'Sign in with OpenID Connect'}
        </button>
        {error && (
          <p className={styles.error} role="alert">
            Sign-in did not finish: {error} Nothing was changed. Try again, and
            allow pop-ups for this page if the browser blocked one.
          </p>
        )}
      </div>
    </main>
  );
}
