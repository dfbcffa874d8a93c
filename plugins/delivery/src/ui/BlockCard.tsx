import { ReactNode, useEffect, useId, useState } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { toError } from '@backstage/errors';
import { Button, ButtonIcon, Skeleton, VisuallyHidden } from '@backstage/ui';
import type {
  Block,
  EntityDelivery,
} from '@careplane/backstage-plugin-delivery-common';
import { RiRefreshLine } from '@remixicon/react';
import { useDelivery } from '../data/useDelivery';
import { deliveryTranslationRef } from '../translation';
import { Note, StateNote } from './Notes';
import { Time } from './Time';
import styles from './ui.module.css';

/** Nothing is shown before this: most answers are there by then. */
const SKELETON_AFTER_MS = 300;

function Loading(props: { title: string; height: number }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), SKELETON_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div style={{ height: props.height }}>
      {late && (
        <>
          <VisuallyHidden>
            <span role="status">
              {t('block.loading', { title: props.title })}
            </span>
          </VisuallyHidden>
          <Skeleton aria-hidden="true" width="100%" height={props.height} />
        </>
      )}
    </div>
  );
}

/**
 * One block of facts: heading, verdict, body, age, Refresh, and every state of
 * knowing. Its neighbours do not depend on it.
 */
export function BlockCard<T>(props: {
  title: string;
  select: (delivery: EntityDelivery) => Block<T>;
  /** Height of the skeleton, so that nothing moves when facts arrive. */
  height: number;
  empty: string;
  children: (items: T[], entityRef: string) => ReactNode;
}) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const { delivery, error, refreshing, load, refresh, entityRef } =
    useDelivery();
  const [said, setSaid] = useState('');
  const heading = useId();
  const { title } = props;
  const block = delivery && props.select(delivery);
  const stale = block?.state === 'stale';

  const onRefresh = () => {
    refresh().then(
      () => setSaid(t('block.refreshed')),
      thrown =>
        setSaid(t('block.refreshFailed', { message: toError(thrown).message })),
    );
  };

  return (
    <section
      className={styles.block}
      aria-labelledby={heading}
      aria-busy={!block && !error}
    >
      <div className={styles.head}>
        <h2 id={heading} className={styles.title}>
          {title}
        </h2>
        <div className={styles.corner}>
          {block?.asOf && (
            <span className={`${styles.muted} ${styles.small}`}>
              <Time
                iso={block.asOf}
                form="clock"
                wrap={time =>
                  t(stale ? 'block.lastKnown' : 'block.asOf', { time })
                }
              />
            </span>
          )}
          <ButtonIcon
            size="small"
            variant="tertiary"
            aria-label={t('block.refresh', { title })}
            icon={<RiRefreshLine />}
            isPending={refreshing}
            onPress={onRefresh}
          />
        </div>
      </div>
      <VisuallyHidden>
        <span role="status">{said}</span>
      </VisuallyHidden>
      {!block && !error && <Loading title={title} height={props.height} />}
      {!block && error && (
        <Note tone="bad" title={t('block.unreachable', { title })}>
          <p>{t('block.unreachableBody', { message: error.message })}</p>
          <div>
            <Button size="small" variant="secondary" onPress={load}>
              {t('block.retryLoad')}
            </Button>
          </div>
        </Note>
      )}
      {block && (
        <>
          {error && <p className={styles.muted}>{t('block.lost')}</p>}
          <StateNote title={title} block={block} />
          {block.state === 'empty' && (
            <p className={styles.muted}>{props.empty}</p>
          )}
          {block.items.length > 0 && (
            <div className={`${styles.body} ${stale ? styles.stale : ''}`}>
              {props.children(block.items, entityRef)}
            </div>
          )}
        </>
      )}
    </section>
  );
}
