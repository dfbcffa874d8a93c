import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  Release,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Hash } from '../ui/Facts';
import styles from './tab.module.css';

/** On which stages AWS states the hash of this release, and on which another. */
export function Proof(props: { release: Release; stages: Stage[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { release, stages } = props;
  const title = (name: string) =>
    stages.find(stage => stage.name === name)?.title ?? name;
  const proof = release.proof ?? [];
  const same = proof.filter(one => one.matches);
  const other = proof.filter(one => !one.matches);
  if (!proof.length) return <>{t('releases.nowhere')}</>;
  return (
    <>
      {same.length > 0 && (
        <Chip icon="live" tone="ok">
          {same.map(one => title(one.stage)).join(', ')}
        </Chip>
      )}
      {other.map(one => (
        <span key={one.stage} className={styles.message}>
          <Chip icon="failed" tone="bad">
            {t('releases.otherHash', { stage: title(one.stage) })}
          </Chip>{' '}
          <Hash
            value={one.contentHash}
            what={t('hash.contentOn', {
              version: release.version,
              stage: title(one.stage),
            })}
          />
        </span>
      ))}
    </>
  );
}
