import {
  identityApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import { useCallback, useId, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { releaseApiRef } from '../api';
import { useLoaded } from '../lib/useLoaded';
import { releaseTranslationRef } from '../translation';
import styles from './audit.module.css';

const TEXT = ['entityRef', 'actor', 'kind'] as const;
const DATES = ['from', 'to'] as const;

function today(): string {
  return new Date().toISOString().slice(0, 10);
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
  const api = useApi(releaseApiRef);
  const identityApi = useApi(identityApiRef);
  const [params, setParams] = useSearchParams();
  const loadStages = useCallback(() => api.getStages(), [api]);
  const stages = useLoaded(loadStages).value ?? [];
  const id = useId();
  const [draft, setDraft] = useState<Record<string, string>>({});
  const lastStage = stages[stages.length - 1]?.name ?? 'prod';

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
        <Button
          variant="secondary"
          size="small"
          onPress={() => ask({ stage: lastStage, from: today(), to: today() })}
        >
          {t('audit.whoChanged', { stage: lastStage })}
        </Button>
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
      <form
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
              value={params.get(name) ?? ''}
              onChange={event => apply({ [name]: event.target.value })}
            />
          </label>
        ))}
        <div>
          <Button type="submit" variant="primary" size="medium">
            {t('audit.apply')}
          </Button>
        </div>
      </form>
    </>
  );
}
