import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Radio, RadioGroup, Select } from '@backstage/ui';
import type { RolloutPreview } from '@careplane/backstage-plugin-release-common';
import { percent } from '../lib/format';
import { releaseTranslationRef } from '../translation';
import { StrategySteps } from './StrategySteps';
import { formOf, type StrategyForm } from './strategy';
import styles from './dialog.module.css';

const OWN = 'own';

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
  const { codeDeploy } = preview;
  const configs = (codeDeploy?.configs ?? []).filter(
    ({ strategy }) => strategy.type === form.type,
  );
  const named = configs.find(({ strategy }) => {
    const own = formOf(strategy);
    return own.percent === form.percent && own.minutes === form.minutes;
  });
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
          onChange({
            ...form,
            type: type as StrategyForm['type'],
            // It goes by time and its alarms, and compares no figures.
            ...(codeDeploy && { judged: false, calls: 0 }),
          })
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
      {codeDeploy && form.type !== 'all-at-once' && (
        <>
          <p>{t('strategy.codeDeploy')}</p>
          <Select
            label={t('strategy.config')}
            value={named?.name ?? OWN}
            onChange={key => {
              const chosen = configs.find(one => one.name === key);
              if (chosen) onChange(formOf(chosen.strategy));
            }}
            options={[
              ...configs.map(({ name }) => ({ value: name, label: name })),
              ...(named
                ? []
                : [{ value: OWN, label: t('strategy.ownConfig') }]),
            ]}
          />
        </>
      )}
      <StrategySteps
        form={form}
        byTime={codeDeploy !== undefined}
        onChange={onChange}
      />
    </>
  );
}
