import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { FreezeWindow } from '@careplane/backstage-plugin-release-common';
import { useStageTitle } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { Moment } from '../ui/Facts';
import { Notice } from '../ui/Notice';

/** One freeze in a sentence: what it stops, until when, and what it does not. */
export function FreezeNotice(props: { freeze: FreezeWindow; open: boolean }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { freeze, open } = props;
  const titleOf = useStageTitle();
  const where = freeze.stages.map(titleOf).join(', ') || t('freeze.allStages');
  return (
    <Notice icon={open ? 'held' : 'waived'} tone={open ? 'hold' : 'off'}>
      <p>
        <strong>
          {t(open ? 'freeze.open' : 'freeze.coming', {
            name: freeze.name,
            where,
          })}
        </strong>{' '}
        <Moment at={freeze.from} /> – <Moment at={freeze.until} />.{' '}
        {freeze.reason && `${freeze.reason}. `}
        {t(`freeze.policy.${freeze.policy}`)} {t('freeze.rollback')}
      </p>
    </Notice>
  );
}

/** Home's banner: freezes that are open, then those within a week. */
export function Freezes(props: { freezes: FreezeWindow[]; now: Date }) {
  return (
    <>
      {props.freezes.map(freeze => (
        <FreezeNotice
          key={`${freeze.name}-${freeze.from}`}
          freeze={freeze}
          open={Date.parse(freeze.from) <= props.now.getTime()}
        />
      ))}
    </>
  );
}
