import {
  identityApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { toError } from '@backstage/errors';
import { Button, Select, Text } from '@backstage/ui';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import type { TeamProps } from './schema';
import { orderTeams, type Team } from './teams';
import { scaffolderCareplaneTranslationRef } from './translation';

interface Teams {
  /** Teams of the person first. */
  teams?: Team[];
  error?: string;
  retry: () => void;
}

/** The teams that may own a service, and which of them are the person's. */
function useTeams(): Teams {
  const catalogApi = useApi(catalogApiRef);
  const identityApi = useApi(identityApiRef);
  const [state, setState] = useState<Omit<Teams, 'retry'>>({});
  const latest = useRef(0);
  const load = useCallback(async () => {
    latest.current += 1;
    const mine = latest.current;
    setState({});
    try {
      const [{ items }, identity] = await Promise.all([
        catalogApi.getEntities({
          filter: { kind: 'group', 'spec.type': 'team' },
          fields: ['kind', 'metadata', 'spec.profile'],
        }),
        identityApi.getBackstageIdentity(),
      ]);
      if (mine !== latest.current) return;
      setState({ teams: orderTeams(items, identity.ownershipEntityRefs) });
    } catch (thrown) {
      if (mine === latest.current) setState({ error: toError(thrown).message });
    }
  }, [catalogApi, identityApi]);
  useEffect(() => {
    load();
    return () => {
      latest.current += 1;
    };
  }, [load]);
  return { ...state, retry: load };
}

/** The team that will own the service; the person's own team is chosen at first. */
export function TeamField(props: TeamProps) {
  const { formData, onChange, rawErrors = [], schema, required } = props;
  const { t } = useTranslationRef(scaffolderCareplaneTranslationRef);
  const { teams, error, retry } = useTeams();
  const id = useId();
  const first = teams?.find(team => team.mine)?.ref;
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current || !teams) return;
    asked.current = true;
    if (!formData && first) onChange(first);
  }, [teams, first, formData, onChange]);

  if (error) {
    return (
      <div role="alert">
        <Text variant="body-medium" color="danger">
          {t('team.failed', { reason: error })}
        </Text>{' '}
        <Button variant="secondary" size="small" onPress={retry}>
          {t('checks.retry')}
        </Button>
      </div>
    );
  }
  return (
    <Select
      id={id}
      label={schema.title ?? t('team.label')}
      description={schema.description}
      options={(teams ?? []).map(team => ({
        value: team.ref,
        label: team.mine ? t('team.yours', { title: team.title }) : team.title,
      }))}
      value={formData ?? null}
      onChange={key => onChange(key === null ? undefined : String(key))}
      isRequired={required}
      isInvalid={rawErrors.length > 0}
      isDisabled={!teams}
      placeholder={t(teams ? 'team.choose' : 'team.loading')}
    />
  );
}
