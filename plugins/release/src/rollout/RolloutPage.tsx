import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import { parseEntityRef } from '@backstage/catalog-model';
import { useParams } from 'react-router-dom';
import { Announce } from '../lib/announce';
import { percent, revisionName } from '../lib/format';
import { isActive, useRollout } from '../lib/hooks';
import { usePaths } from '../lib/paths';
import { ROLLOUT_LOOK } from '../lib/state';
import { useStageTitle, withStageTitle } from '../lib/useStages';
import { rolloutTarget } from '../tab/RolloutsTable';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Time, Who } from '../ui/Facts';
import { Gates } from '../ui/Gates';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { PageFrame } from '../ui/PageFrame';
import ui from '../ui/ui.module.css';
import { Acts } from './Acts';
import { Bake, CodeDeploy, Pause, Steps, Weights } from './Progress';
import { Figures, Preflight } from './Figures';
import { AwsCalls, Evidence, Plan } from './Records';
import styles from './rollout.module.css';

const INTERRUPTS = [
  'ROLLBACK_FAILED',
  'EXTERNAL_CHANGE',
  'ROLLED_BACK',
  'ROLLED_BACK_UNVERIFIED',
  'BLOCKED',
  'PAUSED',
];

/** One rollout: the truth about users first, then steps, acts and records. */
export function RolloutPage() {
  const { id = '' } = useParams();
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const loaded = useRollout(id);
  const titleOf = useStageTitle();
  const { value: rollout, error, failedAt, reload } = loaded;

  if (!rollout) {
    return (
      <PageFrame title={t('rollout.loadingTitle')}>
        {error ? (
          <LoadError
            what={t('rollout.what')}
            error={error}
            failedAt={failedAt}
            onRetry={reload}
          />
        ) : (
          <Placeholder height={420} label={t('rollout.loading')} />
        )}
      </PageFrame>
    );
  }

  const { name } = parseEntityRef(rollout.entityRef);
  const to = rolloutTarget(rollout);
  const stage = titleOf(rollout.stage);
  const say = (sentence: string) =>
    withStageTitle(sentence, rollout.stage, stage);
  const title = t(`rollout.title.${rollout.kind}`, {
    name,
    stage,
    to,
  });
  const share =
    isActive(rollout) && rollout.observedWeight
      ? `⟳ ${percent(rollout.observedWeight)} `
      : '';
  return (
    <PageFrame
      title={title}
      documentTitle={`${share}${title}`}
      aside={
        <Link href={paths.releasesOf(rollout.entityRef)}>
          {t('rollout.service', { name })}
        </Link>
      }
    >
      <Announce
        message={`${name} ${stage}: ${say(rollout.headline)}`}
        assertive={INTERRUPTS.includes(rollout.state)}
      />
      <div className={styles.stack}>
        {error && (
          <LoadError
            what={t('rollout.liveView')}
            error={error}
            failedAt={failedAt}
            stale
            onRetry={reload}
          />
        )}
        <section className={ui.panel} aria-label={t('rollout.now')}>
          <div className={styles.stack}>
            <div className={styles.acts}>
              <Chip {...ROLLOUT_LOOK[rollout.state]}>
                {t(`state.${rollout.state}`)}
              </Chip>
              {rollout.state === 'BAKING' && rollout.bakeUntil && (
                <Bake until={rollout.bakeUntil} />
              )}
              {rollout.state === 'PAUSED' && rollout.pausedUntil && (
                <Bake until={rollout.pausedUntil} decision />
              )}
              {rollout.pause && <Pause pause={rollout.pause} />}
            </div>
            <h2 className={styles.headline}>{say(rollout.headline)}</h2>
            <Weights rollout={rollout} />
            <CodeDeploy rollout={rollout} say={say} />
            {rollout.problem && (
              <Notice icon="warn" tone="warn">
                <p>{say(rollout.problem)}</p>
              </Notice>
            )}
            <Acts rollout={rollout} connected={!error} onChanged={loaded.set} />
          </div>
        </section>
        <Figures rollout={rollout} />
        <div className={styles.grid}>
          <section>
            <h2 className={ui.h2}>{t('rollout.steps')}</h2>
            <Steps rollout={rollout} say={say} />
          </section>
          <section>
            <h2 className={ui.h2}>{t('rollout.request')}</h2>
            <dl className={styles.facts}>
              <dt>{t('rollout.requestedBy')}</dt>
              <dd>
                <Who actor={rollout.requestedBy} />,{' '}
                <Time at={rollout.requestedAt} />
              </dd>
              <dt>{t('rollout.fromTo')}</dt>
              <dd>
                {revisionName(rollout.from)} → {to}
              </dd>
              <dt>{t('rollout.strategy')}</dt>
              <dd>{t(`strategy.${rollout.strategy.type}.name`)}</dd>
              <dt>{t('rollout.reason')}</dt>
              <dd>{rollout.reason ?? t('rollout.noReason')}</dd>
              {rollout.set && (
                <>
                  <dt>{t('set.of')}</dt>
                  <dd>
                    <Link href={paths.set(rollout.set.id)}>
                      {t('set.open', { turn: String(rollout.set.order) })}
                    </Link>
                  </dd>
                </>
              )}
              <dt>{t('rollout.target')}</dt>
              <dd className={styles.code}>{rollout.targetArn}</dd>
              <dt>{t('rollout.approvals')}</dt>
              <dd>
                {rollout.approvals.length === 0 &&
                  (rollout.approvalsNeeded > 0
                    ? t('rollout.approvalsOpen', {
                        count: rollout.approvalsNeeded,
                      })
                    : t('rollout.approvalsNone'))}
                {rollout.approvals.map(approval => (
                  <div key={`${approval.by}-${approval.at}`}>
                    {t(`approval.${approval.decision}`)}{' '}
                    <Who actor={approval.by} />, <Time at={approval.at} />
                    {approval.comment && ` – ${approval.comment}`}
                  </div>
                ))}
              </dd>
            </dl>
          </section>
        </div>
        {rollout.kind === 'promote' && (
          <>
            <section>
              <h2 className={ui.h2}>{t('rollout.gates')}</h2>
              <Gates gates={rollout.gates} />
            </section>
            <Preflight rollout={rollout} />
            <section>
              <h2 className={ui.h2}>{t('rollout.plan')}</h2>
              <Plan rollout={rollout} />
            </section>
          </>
        )}
        <section>
          <h2 className={ui.h2}>{t('calls.title')}</h2>
          <AwsCalls intents={rollout.intents} />
        </section>
        <section>
          <h2 className={ui.h2}>{t('evidence.title')}</h2>
          <Evidence rollout={rollout} />
          <p>
            <Link href={paths.auditOf({ rolloutId: rollout.id })}>
              {t('evidence.inAudit')}
            </Link>
          </p>
        </section>
      </div>
    </PageFrame>
  );
}
