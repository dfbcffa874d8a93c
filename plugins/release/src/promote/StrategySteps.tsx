import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button, Checkbox, NumberField } from '@backstage/ui';
import { releaseTranslationRef } from '../translation';
import styles from './dialog.module.css';
import type { StepForm, StrategyForm } from './strategy';

const MOST_STEPS = 20;

function Numbers(props: {
  step: StepForm;
  /** Names the step where there are several. */
  number?: number;
  most?: number;
  byTime?: boolean;
  onChange: (step: StepForm) => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { step, number, onChange } = props;
  const fields = [
    ['percent', 'strategy.share', 0.01, props.most ?? 99],
    ['minutes', 'strategy.minutes', 0, 2880],
    ['calls', 'strategy.calls', 0, 10_000_000],
  ] as const;
  const shown = fields.filter(([key]) => !props.byTime || key !== 'calls');
  return (
    <>
      {shown.map(([key, label, minValue, maxValue]) => (
        <NumberField
          key={key}
          label={
            number === undefined
              ? t(label)
              : t('strategy.ofStep', { number: `${number}`, what: t(label) })
          }
          value={step[key]}
          minValue={minValue}
          maxValue={maxValue}
          onChange={value =>
            Number.isFinite(value) && onChange({ ...step, [key]: value })
          }
        />
      ))}
    </>
  );
}

/** The numbers of a strategy: of its one step, or of each custom one. */
export function StrategySteps(props: {
  form: StrategyForm;
  /** CodeDeploy shifts: no calls are waited for, no figures compared. */
  byTime?: boolean;
  onChange: (form: StrategyForm) => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { form, byTime, onChange } = props;
  if (form.type === 'all-at-once') return null;
  const { steps } = form;
  const last = steps[steps.length - 1];
  return (
    <>
      {form.type === 'custom' ? (
        <>
          {steps.map((step, index) => (
            <div key={index} className={styles.fields}>
              <Numbers
                number={index + 1}
                step={step}
                onChange={next =>
                  onChange({
                    ...form,
                    steps: steps.map((one, at) => (at === index ? next : one)),
                  })
                }
              />
            </div>
          ))}
          <div className={styles.fields}>
            <Button
              variant="secondary"
              isDisabled={steps.length >= MOST_STEPS}
              onPress={() =>
                onChange({
                  ...form,
                  steps: [
                    ...steps,
                    {
                      ...last,
                      percent: Math.min(99, Math.round(last.percent * 2)),
                    },
                  ],
                })
              }
            >
              {t('strategy.addStep')}
            </Button>
            <Button
              variant="secondary"
              isDisabled={steps.length < 2}
              onPress={() => onChange({ ...form, steps: steps.slice(0, -1) })}
            >
              {t('strategy.dropStep')}
            </Button>
          </div>
        </>
      ) : (
        <div className={styles.fields}>
          <Numbers
            step={form}
            byTime={byTime}
            most={form.type === 'linear' ? 50 : 99}
            onChange={step => onChange({ ...form, ...step })}
          />
        </div>
      )}
      {!byTime && (
        <Checkbox
          isSelected={form.judged}
          onChange={judged => onChange({ ...form, judged })}
        >
          {t('strategy.judged')}
        </Checkbox>
      )}
      {!byTime && form.judged && (
        <div className={styles.fields}>
          <NumberField
            label={t('strategy.points')}
            description={t('strategy.pointsHelp')}
            value={form.points}
            minValue={0.1}
            maxValue={100}
            onChange={points =>
              Number.isFinite(points) && onChange({ ...form, points })
            }
          />
        </div>
      )}
    </>
  );
}
