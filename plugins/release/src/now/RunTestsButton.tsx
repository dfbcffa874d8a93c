import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  EntityReleases,
  Stage,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { releaseApiRef } from '../api';
import { releaseTranslationRef } from '../translation';
import { Guarded } from '../ui/Guarded';
import { guardOf } from './Bands';

/** Runs the stage's tests again, where there are some and none run. */
export function RunTestsButton(props: {
  releases: EntityReleases;
  stage: Stage;
  target: TargetStatus;
  onChanged: () => Promise<void>;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const { releases, stage, target } = props;
  const under = ['waiting', 'running'].includes(target.tests?.state ?? '');
  const idle = target.current?.releaseId && !target.activeRolloutId && !under;
  if (!target.tested || !idle) return null;
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { entityRef } = releases;
      await api.runTests({ arn: target.arn, entityRef });
      await props.onChanged();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    }
    setBusy(false);
  };
  const label = t(target.tests ? 'tests.again' : 'tests.run', {
    stage: stage.title,
  });
  return (
    <>
      <Guarded
        stage={stage}
        guard={guardOf(releases, stage.name, 'promote')}
        label={label}
        isPending={busy}
        onPress={run}
      >
        {label}
      </Guarded>
      {error && <span role="alert">{t('tests.refused', { error })}</span>}
    </>
  );
}
