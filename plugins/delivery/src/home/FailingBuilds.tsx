import { parseEntityRef } from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import {
  identityApiRef,
  useApi,
  useRouteRef,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { Link } from '@backstage/ui';
import type { FailingPipelines } from '@careplane/backstage-plugin-delivery-common';
import { useEffect, useId, useState } from 'react';
import { deliveryApiRef } from '../api';
import { TONES } from '../pipeline/tones';
import { deliveryTranslationRef } from '../translation';
import { StateMark } from '../ui/StateMark';
import { Time } from '../ui/Time';
import styles from '../ui/ui.module.css';
import home from './home.module.css';

/** How often Home asks again while it is looked at. */
const POLL_MS = 30_000;
/** The same, while pipelines are read for the first time. */
const FIRST_POLL_MS = 3_000;

function isFirstReading(value: FailingPipelines | undefined): boolean {
  return value?.unknown.some(({ pending }) => pending) ?? false;
}

function useFailing(): { value?: FailingPipelines; error?: string } {
  const api = useApi(deliveryApiRef);
  const identity = useApi(identityApiRef);
  const [state, setState] = useState<{
    value?: FailingPipelines;
    error?: string;
  }>({});
  const pollMs = isFirstReading(state.value) ? FIRST_POLL_MS : POLL_MS;
  useEffect(() => {
    let gone = false;
    const load = async () => {
      try {
        const { ownershipEntityRefs } = await identity.getBackstageIdentity();
        const value = await api.getFailingPipelines(
          ownershipEntityRefs.slice(0, 100),
        );
        if (!gone) setState({ value });
      } catch (thrown) {
        if (!gone)
          setState(({ value }) => ({ value, error: toError(thrown).message }));
      }
    };
    load();
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') load();
    }, pollMs);
    return () => {
      gone = true;
      window.clearInterval(timer);
    };
  }, [api, identity, pollMs]);
  return state;
}

/** Nothing at all where nothing fails and everything is known. */
export function FailingBuilds() {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const heading = useId();
  const entityPath = useRouteRef(entityRouteRef);
  const { value, error } = useFailing();
  const pathOf = (entityRef: string) => entityPath?.(parseEntityRef(entityRef));
  if (!error && !value?.items.length && !value?.unknown.length) return null;
  return (
    <section className={home.section} aria-labelledby={heading}>
      <h2 className={home.title} id={heading}>
        {value?.items.length
          ? t('home.failing', { count: value.items.length })
          : t('home.failingTitle')}
      </h2>
      {error && <p role="alert">{t('home.unreadable', { message: error })}</p>}
      {value && value.items.length > 0 && (
        <ul className={styles.list}>
          {value.items.map(item => (
            <li key={item.pipelineArn} className={home.row}>
              <StateMark tone={TONES.failed} word={t('state.failed')} />
              <span className={home.text}>
                <strong>{item.title}</strong>{' '}
                {item.stage
                  ? t('home.failedIn', { stage: item.stage })
                  : t('home.failed')}
                {item.revisionSummary && ` – ${item.revisionSummary}`}
              </span>
              {item.at && (
                <span className={styles.muted}>
                  <Time iso={item.at} />
                </span>
              )}
              <Link href={pathOf(item.entityRef)}>
                {t('home.why', { title: item.title })}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {value && value.unknown.length > 0 && (
        <p className={styles.muted}>
          {value.unknown.every(({ pending }) => pending)
            ? t('home.reading')
            : t('home.unknown', {
                names: value.unknown.map(({ title }) => title).join(', '),
              })}
        </p>
      )}
    </section>
  );
}
