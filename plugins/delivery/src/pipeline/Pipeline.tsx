import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  PipelineStage,
  PipelineStatus,
} from '@careplane/backstage-plugin-delivery-common';
import { deliveryTranslationRef } from '../translation';
import { OutLink } from '../ui/OutLink';
import { Revision } from '../ui/Revision';
import { StateMark } from '../ui/StateMark';
import { Time } from '../ui/Time';
import { duration } from '../ui/format';
import styles from '../ui/ui.module.css';
import { FailedAction } from './FailedAction';
import pipelineStyles from './pipeline.module.css';
import { TONES } from './tones';

function useVerdict({ name, state, stages }: PipelineStatus): string {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const stage = stages.find(one => one.state === state)?.name ?? '';
  switch (state) {
    case 'failed':
      return t('pipeline.verdictFailed', { name, stage });
    case 'in-progress':
      return t('pipeline.verdictRunning', { name, stage });
    case 'succeeded':
      return t('pipeline.verdictSucceeded', { name });
    case 'not-run':
      return t('pipeline.verdictNever', { name });
    default:
      return t('pipeline.verdictOther', { name, state: t(`state.${state}`) });
  }
}

function Stage(props: {
  stage: PipelineStage;
  pipeline: PipelineStatus;
  entityRef: string;
}) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const { stage, pipeline, entityRef } = props;
  const running = stage.state === 'in-progress';
  return (
    <li
      className={`${pipelineStyles.stage} ${
        running ? pipelineStyles.current : ''
      }`}
      aria-current={running ? 'step' : undefined}
    >
      <div className={styles.row}>
        <strong>{stage.name}</strong>
        <StateMark tone={TONES[stage.state]} word={t(`state.${stage.state}`)} />
      </div>
      {stage.transitionDisabledReason && (
        <p className={pipelineStyles.paused}>
          {t('pipeline.paused', { reason: stage.transitionDisabledReason })}
        </p>
      )}
      <ul
        className={styles.list}
        aria-label={t('pipeline.actions', { name: stage.name })}
      >
        {stage.actions.map(action => (
          <li key={action.name} className={pipelineStyles.action}>
            <div className={styles.row}>
              <OutLink
                href={action.url}
                label={t('pipeline.openAction', { name: action.name })}
              >
                {action.name}
              </OutLink>
              <span className={styles.muted}>{action.provider}</span>
              <StateMark
                tone={TONES[action.state]}
                word={t(`state.${action.state}`)}
              />
              {action.durationSeconds !== undefined && (
                <span className={styles.muted}>
                  {duration(action.durationSeconds)}
                </span>
              )}
              {action.revision && <Revision value={action.revision} />}
            </div>
            {action.error && <p className={styles.verdict}>{action.error}</p>}
            {action.state === 'failed' && (
              <FailedAction
                action={action}
                pipeline={pipeline}
                entityRef={entityRef}
              />
            )}
          </li>
        ))}
      </ul>
    </li>
  );
}

/** One pipeline: verdict, run, stages with actions, last success, last runs. */
export function Pipeline(props: {
  pipeline: PipelineStatus;
  entityRef: string;
}) {
  const { t } = useTranslationRef(deliveryTranslationRef);
  const { pipeline } = props;
  const { execution, lastSuccess, recent } = pipeline;
  const verdict = useVerdict(pipeline);
  const greenAt = lastSuccess?.endedAt ?? lastSuccess?.startedAt;
  return (
    <>
      <div className={styles.row}>
        <StateMark
          tone={TONES[pipeline.state]}
          word={t(`state.${pipeline.state}`)}
        />
        <p className={styles.verdict}>{verdict}</p>
        <OutLink
          href={pipeline.url}
          label={t('pipeline.open', { name: pipeline.name })}
        >
          {t('block.open')}
        </OutLink>
      </div>
      {execution && (
        <dl className={styles.facts}>
          {execution.revision && (
            <>
              <dt>{t('pipeline.revision')}</dt>
              <dd>
                <Revision value={execution.revision} />{' '}
                {execution.revisionSummary}
              </dd>
            </>
          )}
          {execution.startedAt && (
            <>
              <dt>{t('pipeline.started')}</dt>
              <dd>
                <Time iso={execution.startedAt} />
                {execution.durationSeconds !== undefined &&
                  `, ${duration(execution.durationSeconds)}`}
              </dd>
            </>
          )}
          {execution.trigger && (
            <>
              <dt>{t('pipeline.trigger')}</dt>
              <dd>{execution.trigger}</dd>
            </>
          )}
          {pipeline.state !== 'succeeded' && (
            <>
              <dt>{t('pipeline.lastGreen')}</dt>
              <dd>
                {lastSuccess ? (
                  <>
                    {lastSuccess.revision && (
                      <Revision value={lastSuccess.revision} />
                    )}{' '}
                    {greenAt && <Time iso={greenAt} />}
                  </>
                ) : (
                  t('pipeline.noGreen')
                )}
              </dd>
            </>
          )}
          {recent.length > 1 && (
            <>
              <dt>{t('pipeline.recent')}</dt>
              <dd>
                {t('pipeline.recentOf', {
                  passed: String(
                    recent.filter(one => one.state === 'succeeded').length,
                  ),
                  total: String(recent.length),
                })}
              </dd>
            </>
          )}
        </dl>
      )}
      <ol
        className={pipelineStyles.stages}
        aria-label={t('pipeline.stages', { name: pipeline.name })}
      >
        {pipeline.stages.map(stage => (
          <Stage
            key={stage.name}
            stage={stage}
            pipeline={pipeline}
            entityRef={props.entityRef}
          />
        ))}
      </ol>
    </>
  );
}
