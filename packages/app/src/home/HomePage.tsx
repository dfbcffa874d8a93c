import {
  configApiRef,
  identityApiRef,
  useApi,
} from '@backstage/frontend-plugin-api';
import { FailingBuilds } from '@careplane/backstage-plugin-delivery';
import { ReleaseHome } from '@careplane/backstage-plugin-release';
import { useEffect, useState } from 'react';
import { StartLinks } from './StartLinks';
import styles from './HomePage.module.css';

function greetingAt(hour: number): string {
  if (hour < 5) return 'Good evening';
  if (hour < 12) return 'Good morning';
  return hour < 18 ? 'Good afternoon' : 'Good evening';
}

/** Answers "what needs me?" first; then what moves, what is mine, where to start. */
export function HomePage() {
  const identityApi = useApi(identityApiRef);
  const title = useApi(configApiRef).getOptionalString('app.title');
  const [name, setName] = useState('');
  useEffect(() => {
    document.title = title ? `Home · ${title}` : 'Home';
  }, [title]);
  useEffect(() => {
    let live = true;
    identityApi.getProfileInfo().then(
      profile => live && setName(profile.displayName?.split(' ')[0] ?? ''),
      () => undefined,
    );
    return () => {
      live = false;
    };
  }, [identityApi]);

  return (
    <main className={styles.page}>
      <h1 className={styles.title} tabIndex={-1}>
        {greetingAt(new Date().getHours())}
        {name && `, ${name}`}
      </h1>
      <FailingBuilds />
      <ReleaseHome />
      <StartLinks />
    </main>
  );
}
