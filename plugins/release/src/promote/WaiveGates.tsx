import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { TextField } from '@backstage/ui';
import type {
  GateResult,
  WaiverRequest,
} from '@careplane/backstage-plugin-release-common';
import { useState } from 'react';
import { releaseTranslationRef } from '../translation';
import { Guarded, type Guard } from '../ui/Guarded';
import styles from './dialog.module.css';

function WaiveGate(props: {
  gate: GateResult;
  guard: Guard;
  onWaive: (waiver: WaiverRequest) => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { gate, guard } = props;
  const [reason, setReason] = useState('');
  const label = t('waive.submit', { gate: gate.title });
  return (
    <div className={styles.fields}>
      <TextField
        label={t('waive.reason', { gate: gate.title })}
        description={t('promote.reasonHelp')}
        value={reason}
        onChange={setReason}
        isDisabled={!guard.allowed}
      />
      <Guarded
        guard={
          guard.allowed && !reason.trim()
            ? { allowed: false, reason: t('waive.needed') }
            : guard
        }
        label={label}
        variant="secondary"
        size="medium"
        onPress={() => props.onWaive({ gate: gate.id, reason: reason.trim() })}
      >
        {label}
      </Guarded>
    </div>
  );
}

/** Gates that are shut and may be waived, each with the reason it needs. */
export function WaiveGates(props: {
  gates: GateResult[];
  guard: Guard;
  onWaive: (waiver: WaiverRequest) => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const shut = props.gates.filter(gate => gate.waivable);
  if (!shut.length) return null;
  return (
    <details className={styles.details}>
      <summary>{t('waive.title')}</summary>
      <p>{t('waive.what')}</p>
      {shut.map(gate => (
        <WaiveGate
          key={gate.id}
          gate={gate}
          guard={props.guard}
          onWaive={props.onWaive}
        />
      ))}
    </details>
  );
}
