import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Radio, RadioGroup } from '@backstage/ui';
import type { RolloutPreview } from '@careplane/backstage-plugin-release-common';
import { percent } from '../lib/format';
import { releaseTranslationRef } from '../translation';
import { StrategySteps } from './StrategySteps';
import type { StrategyForm } from './strategy';
import styles from './dialog.module.css';

/** How traffic moves: all at once, one canary step, equal or custom steps. */
export function StrategyFields(props: {
  form: StrategyForm;
  preview: RolloutPreview;
  stage: string;
  version: string;
  onChange: (form: StrategyForm) => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { form, preview, onChange } = props;
  const words = {
    share: percent(form.percent / 100),
    minutes: String(form.minutes),
    count: String(form.steps.length),
    stage: props.stage,
    version: props.version,
  };
  return (
    <>
      <RadioGroup
        aria-label={t('promote.how')}
        value={form.type}
        onChange={type =>
          onChange({ ...form, type: type as StrategyForm['type'] })
        }
      >
        {preview.strategies.map(strategy => (
          <Radio
            key={strategy.type}
            value={strategy.type}
            isDisabled={!strategy.allowed}
            className={styles.radio}
          >
            <span className={styles.radioBody}>
              <span className={styles.strong}>
                {t(`strategy.${strategy.type}.name`)}
              </span>
              <span>
                {strategy.allowed
                  ? t(`strategy.${strategy.type}.what`, words)
                  : t('strategy.notAllowed', { reason: strategy.reason ?? '' })}
              </span>
            </span>
          </Radio>
        ))}
      </RadioGroup>
      <StrategySteps form={form} onChange={onChange} />
    </>
  );
}
