import {
  identityApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import { useId, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useStages } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import styles from './audit.module.css';

const TEXT = ['entityRef', 'actor', 'kind'] as const;
const DATES = ['from', 'to'] as const;
const NAMES = ['stage', ...TEXT, ...DATES, 'changes'];

/** The viewer's day of a moment, as a date field has it. */
export function dayOf(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/**
 * First or last moment of a day of the viewer. The address holds moments, so a
 * link means the same in every time zone.
 */
export function edgeOf(name: 'from' | 'to', day: string): string {
  if (!day) return '';
  const time = name === 'from' ? '00:00:00.000' : '23:59:59.999';
  return new Date(`${day}T${time}`).toISOString();
}

/** A service or person may be written short: the rest of the ref is added. */
export function completeRef(
  name: 'entityRef' | 'actor' | 'kind',
  text: string,
) {
  const value = text.trim();
  if (!value || name === 'kind' || value.includes(':')) return value;
  return `${name === 'actor' ? 'user' : 'component'}:default/${value}`;
}

/** Filters of the audit page. The address holds them, so a link shows the same. */
export function AuditFilters() {
  const { t } = useTranslationRef(releaseTranslationRef);
  const identityApi = useApi(identityApiRef);
  const [params, setParams] = useSearchParams();
  const stages = useStages().value ?? [];
  const id = useId();
  const [draft, setDraft] = useState<Record<string, string>>({});
  // On a phone the fields would push the records off the screen.
  const [open, setOpen] = useState(false);
  const set = NAMES.filter(name => params.get(name)).length;
  const lastStage = stages[stages.length - 1];
  const today = dayOf(new Date().toISOString());

  const apply = (changes: Record<string, string>) => {
    setDraft({});
    setParams(old => {
      const copy = new URLSearchParams(old);
      for (const [name, value] of Object.entries(changes)) {
        if (value) copy.set(name, value);
        else copy.delete(name);
      }
      return copy;
    });
  };
  const ask = (query: Record<string, string>) => {
    setDraft({});
    setParams(query);
  };

  return (
    <>
      <div className={styles.saved}>
        <span>{t('audit.saved')}</span>
        {lastStage && (
          <Button
            variant="secondary"
            size="small"
            onPress={() =>
              ask({
                stage: lastStage.name,
                from: edgeOf('from', today),
                to: edgeOf('to', today),
                changes: 'true',
              })
            }
          >
            {t('audit.whoChanged', { stage: lastStage.title })}
          </Button>
        )}
        <Button
          variant="secondary"
          size="small"
          onPress={async () => {
            const { userEntityRef } = await identityApi.getBackstageIdentity();
            ask({ actor: userEntityRef });
          }}
        >
          {t('audit.mine')}
        </Button>
        {[...params.keys()].length > 0 && (
          <Button variant="tertiary" size="small" onPress={() => ask({})}>
            {t('audit.clear')}
          </Button>
        )}
      </div>
      <div className={styles.fold}>
        <Button
          variant="secondary"
          size="medium"
          aria-expanded={open}
          aria-controls={`${id}-form`}
          onPress={() => setOpen(!open)}
        >
          {set > 0 ? t('audit.filtersSet', { count: set }) : t('audit.filters')}
        </Button>
      </div>
      <form
        id={`${id}-form`}
        data-open={open}
        aria-label={t('audit.filters')}
        className={styles.filters}
        onSubmit={event => {
          event.preventDefault();
          apply(
            Object.fromEntries(
              TEXT.filter(name => draft[name] !== undefined).map(name => [
                name,
                completeRef(name, draft[name]),
              ]),
            ),
          );
        }}
      >
        <label className={styles.field} htmlFor={`${id}-stage`}>
          {t('audit.stage')}
          <select
            id={`${id}-stage`}
            value={params.get('stage') ?? ''}
            onChange={event => apply({ stage: event.target.value })}
          >
            <option value="">{t('board.all')}</option>
            {stages.map(stage => (
              <option key={stage.name} value={stage.name}>
                {stage.title}
              </option>
            ))}
          </select>
        </label>
        {TEXT.map(name => (
          <label key={name} className={styles.field} htmlFor={`${id}-${name}`}>
            {t(`audit.${name}`)}
            <input
              id={`${id}-${name}`}
              type="text"
              value={draft[name] ?? params.get(name) ?? ''}
              onChange={event =>
                setDraft(old => ({ ...old, [name]: event.target.value }))
              }
            />
          </label>
        ))}
        {DATES.map(name => (
          <label key={name} className={styles.field} htmlFor={`${id}-${name}`}>
            {t(`audit.${name}`)}
            <input
              id={`${id}-${name}`}
              type="date"
              value={dayOf(params.get(name) ?? '')}
              onChange={event =>
                apply({ [name]: edgeOf(name, event.target.value) })
              }
            />
          </label>
        ))}
        <label className={styles.check} htmlFor={`${id}-changes`}>
          <input
            id={`${id}-changes`}
            type="checkbox"
            checked={params.get('changes') === 'true'}
            onChange={event =>
              apply({ changes: event.target.checked ? 'true' : '' })
            }
          />
          {t('audit.changes')}
        </label>
        <div>
          <Button type="submit" variant="primary" size="medium">
            {t('audit.apply')}
          </Button>
        </div>
      </form>
    </>
  );
}
