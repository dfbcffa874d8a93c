import { useState } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type { ImageStatus } from '@careplane/backstage-plugin-delivery-common';
import { deliveryTranslationRef } from '../translation';
import { BlockCard } from '../ui/BlockCard';
import { OutLink } from '../ui/OutLink';
import { Revision } from '../ui/Revision';
import { ScrollRegion } from '../ui/ScrollRegion';
import { StateMark, Tone } from '../ui/StateMark';
import { Time } from '../ui/Time';
import { size } from '../ui/format';
import styles from '../ui/ui.module.css';
import imageStyles from './images.module.css';

/** Images that are shown before "Show all". */
const FIRST = 5;

const SCAN_TONES: Record<ImageStatus['scan'], Tone> = {
  complete: 'ok',
  'in-progress': 'run',
  failed: 'bad',
  'not-scanned': 'unknown',
  unsupported: 'unknown',
  unknown: 'unknown',
};

const SEVERITIES = [
  'critical',
  'high',
  'medium',
  'low',
  'informational',
  'undefined',
] as const;

const SEVERITY_TONES: Record<(typeof SEVERITIES)[number], Tone> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'off',
  informational: 'off',
  undefined: 'off',
};

function verdictTone({ scan, severities }: ImageStatus): Tone {
  if (scan !== 'complete' || !severities) return 'unknown';
  return severities.critical || severities.high ? 'bad' : 'ok';
}

function useVerdict({ scan, severities }: ImageStatus): string {
  const { t } = useTranslationRef(deliveryTranslationRef);
  if (scan !== 'complete' || !severities) return t('images.verdictUnknown');
  if (severities.critical) {
    return t('images.verdictCritical', { count: severities.critical });
  }
  return severities.high
    ? t('images.verdictHigh', { count: severities.high })
    : t('images.verdictClean');
}

/** Unknown is not zero: only a finished scan has counts. */
function Findings({ image }: { image: ImageStatus }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const { scan, severities } = image;
  if (scan !== 'complete' || !severities) {
    return <span className={styles.muted}>{t('images.findingsUnknown')}</span>;
  }
  const found = SEVERITIES.filter(name => severities[name]);
  if (found.length === 0) return <span>{t('images.noFindings')}</span>;
  return (
    <ul className={imageStyles.findings}>
      {found.map(name => (
        <li key={name}>
          <StateMark
            tone={SEVERITY_TONES[name]}
            word={t(`images.${name}`, { number: String(severities[name]) })}
          />
        </li>
      ))}
    </ul>
  );
}

function Images({ images }: { images: ImageStatus[] }) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const [all, setAll] = useState(false);
  const verdict = useVerdict(images[0]);
  const shown = all ? images : images.slice(0, FIRST);
  const label = t('images.table');
  return (
    <div className={styles.section}>
      <div className={styles.row}>
        <StateMark
          tone={verdictTone(images[0])}
          word={t(`images.scan.${images[0].scan}`)}
        />
        <p className={styles.verdict}>{verdict}</p>
      </div>
      <ScrollRegion label={label} className={imageStyles.scroll}>
        <table className={imageStyles.table} aria-label={label}>
          <thead>
            <tr>
              {(
                [
                  'tags',
                  'digest',
                  'pushed',
                  'size',
                  'scan',
                  'findings',
                ] as const
              ).map(column => (
                <th key={column} scope="col">
                  {t(`images.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(image => {
              const tag = image.tags.join(', ') || t('images.untagged');
              return (
                <tr key={`${image.repositoryArn} ${image.digest}`}>
                  <th scope="row">
                    <OutLink href={image.url} label={t('images.open', { tag })}>
                      {tag}
                    </OutLink>
                  </th>
                  <td>
                    <Revision value={image.digest} />
                  </td>
                  <td>{image.pushedAt && <Time iso={image.pushedAt} />}</td>
                  <td>
                    {image.sizeBytes !== undefined && size(image.sizeBytes)}
                  </td>
                  <td>
                    <StateMark
                      tone={SCAN_TONES[image.scan]}
                      word={t(`images.scan.${image.scan}`)}
                    />
                  </td>
                  <td>
                    <Findings image={image} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
      {images.length > shown.length && (
        <div>
          <Button size="small" variant="tertiary" onPress={() => setAll(true)}>
            {t('images.more', { number: String(images.length) })}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Images of the entity's repositories, each repository newest first. */
export function ImagesCard() {
  const { t } = useTranslationRef(deliveryTranslationRef);
  return (
    <BlockCard
      title={t('images.title')}
      height={260}
      empty={t('images.empty')}
      select={delivery => delivery.images}
    >
      {images => {
        const repositories = [
          ...new Set(images.map(image => image.repositoryArn)),
        ];
        return repositories.map(arn => {
          const own = images.filter(image => image.repositoryArn === arn);
          return (
            <div key={arn} className={styles.section}>
              {repositories.length > 1 && (
                <h3 className={styles.sub}>{own[0].repositoryName}</h3>
              )}
              <Images images={own} />
            </div>
          );
        });
      }}
    </BlockCard>
  );
}
