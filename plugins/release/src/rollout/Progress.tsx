import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type { Rollout } from '@careplane/backstage-plugin-release-common';
import { countdown, duration, percent, revisionName } from '../lib/format';
import { STEP_LOOK } from '../lib/state';
import { useNow } from '../lib/useNow';
import { rolloutTarget } from '../tab/RolloutsTable';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { Moment } from '../ui/Facts';
import { Notice } from '../ui/Notice';
import { WeightBar } from '../ui/WeightBar';
import styles from './rollout.module.css';

/** Requested against observed share, as bars with their numbers in text. */
export function Weights(props: { rollout: Rollout }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { rollout } = props;
  if (rollout.requestedWeight === undefined) return null;
  const stable = revisionName(rollout.from);
  const candidate = rolloutTarget(rollout);
  const rows = [
    ['weights.requested', rollout.requestedWeight],
    ['weights.observed', rollout.observedWeight],
  ] as const;
  return (
    <div className={styles.weights}>
      {rows.map(([key, weight]) => (
        <div key={key} className={styles.weightRow}>
          <span>{t(key)}</span>
          {weight === undefined ? (
            <span>{t('weights.notYet')}</span>
          ) : (
            <WeightBar
              stable={stable}
              candidate={candidate}
              weight={weight}
              label={t('weights.label', {
                which: t(key),
                share: percent(weight),
                candidate,
                rest: percent(1 - weight),
                stable,
              })}
            />
          )}
        </div>
      ))}
    </div>
  );
}

/** How long it is still watched, or waits for a person; the server's clock decides. */
export function Bake(props: { until: string; decision?: boolean }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const now = useNow(1_000);
  const left = (Date.parse(props.until) - now.getTime()) / 1000;
  return (
    <Chip
      icon={props.decision ? 'person' : 'watching'}
      tone={props.decision ? 'warn' : 'run'}
    >
      {left > 0
        ? t(props.decision ? 'bake.decide' : 'bake.left', {
            left: countdown(left),
          })
        : t('bake.over')}
    </Chip>
  );
}

/** The deployment waits in AWS: until when, and what AWS does then. */
export function Pause(props: { pause: NonNullable<Rollout['pause']> }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const now = useNow(1_000);
  const { expiresAt, timeoutAction } = props.pause;
  if (!expiresAt) return null;
  const left = (Date.parse(expiresAt) - now.getTime()) / 1000;
  return (
    <>
      <Chip icon="person" tone="warn">
        {left > 0
          ? t(`bake.hook${timeoutAction}`, { left: countdown(left) })
          : t('bake.hookOver')}
      </Chip>
      <Moment at={expiresAt} />
    </>
  );
}

/** Who shifts instead of Careplane, by which deployment, and why it ended. */
export function CodeDeploy(props: {
  rollout: Rollout;
  say: (sentence: string) => string;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { codeDeploy } = props.rollout;
  if (!codeDeploy) return null;
  const { deploymentId, config, consoleUrl, ended } = codeDeploy;
  return (
    <>
      <p>
        {t('strategy.codeDeploy')}{' '}
        {deploymentId &&
          t('rollout.codeDeployBy', { id: deploymentId, config })}{' '}
        {consoleUrl && (
          <Link href={consoleUrl}>{t('rollout.codeDeployOpens')}</Link>
        )}
      </p>
      {ended && ended !== props.rollout.problem && (
        <Notice icon="warn" tone="warn">
          <p>{props.say(ended)}</p>
        </Notice>
      )}
    </>
  );
}

/** The steps of a rollout in order, each with state and times. */
export function Steps(props: {
  rollout: Rollout;
  say: (sentence: string) => string;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  return (
    <ol className={styles.steps}>
      {props.rollout.steps.map(step => {
        const seconds =
          step.startedAt && step.endedAt
            ? (Date.parse(step.endedAt) - Date.parse(step.startedAt)) / 1000
            : undefined;
        return (
          <li
            key={step.id}
            className={styles.step}
            aria-current={step.state === 'running' ? 'step' : undefined}
          >
            <Chip {...STEP_LOOK[step.state]}>{t(`step.${step.state}`)}</Chip>
            <span className={styles.stepTitle}>{props.say(step.title)}</span>
            {step.startedAt && <Moment at={step.startedAt} />}
            {seconds !== undefined && <span>{duration(seconds)}</span>}
            {step.detail && (
              <span className={styles.stepDetail}>
                {props.say(step.detail)}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
