import {
  RiCheckLine,
  RiCloseLine,
  RiQuestionLine,
  RiErrorWarningLine,
} from '@remixicon/react';
import { Button, Flex, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type { NameCheck, NameCheckState } from './nameCheck';
import { scaffolderCareplaneTranslationRef } from './translation';
import type { NameCheckView } from './useNameCheck';
import styles from './NameChecks.module.css';

const ICONS = {
  ok: RiCheckLine,
  taken: RiCloseLine,
  invalid: RiErrorWarningLine,
  unknown: RiQuestionLine,
};

/** "Can this be created?": every check with its state, in words and as a sign. */
export function NameChecks(props: {
  id: string;
  name: string;
  view: NameCheckView;
  onSuggestion: (name: string) => void;
  onRetry: () => void;
}) {
  const { id, name, view, onSuggestion, onRetry } = props;
  const { t } = useTranslationRef(scaffolderCareplaneTranslationRef);
  const result = view.state === 'done' ? view.result : undefined;
  return (
    <section className={styles.panel} aria-labelledby={`${id}-title`}>
      <Text as="h3" id={`${id}-title`} variant="body-medium" weight="bold">
        {t('checks.title')}
      </Text>
      <div id={id} role="status" aria-live="polite">
        <Summary name={name} view={view} />
      </div>
      {view.state === 'failed' && (
        <Button variant="secondary" size="small" onPress={onRetry}>
          {t('checks.retry')}
        </Button>
      )}
      {result && (
        <ul className={styles.list}>
          {result.checks.map(check => (
            <CheckLine key={check.id} check={check} />
          ))}
        </ul>
      )}
      {result && result.suggestions.length > 0 && (
        <Flex align="center" gap="2">
          <Text variant="body-small">{t('checks.suggestions')}</Text>
          {result.suggestions.map(suggestion => (
            <Button
              key={suggestion}
              variant="secondary"
              size="small"
              onPress={() => onSuggestion(suggestion)}
            >
              {suggestion}
            </Button>
          ))}
        </Flex>
      )}
    </section>
  );
}

function Summary({ name, view }: { name: string; view: NameCheckView }) {
  const { t } = useTranslationRef(scaffolderCareplaneTranslationRef);
  switch (view.state) {
    case 'empty':
      return <Text variant="body-small">{t('checks.empty')}</Text>;
    case 'running':
      return <Text variant="body-small">{t('checks.running', { name })}</Text>;
    case 'failed':
      return (
        <Text variant="body-small" color="danger">
          {t('checks.failed', { reason: view.reason })}
        </Text>
      );
    default: {
      const count = view.result.checks.filter(
        ({ state }) => state !== 'ok',
      ).length;
      return (
        <Text variant="body-small">
          {view.result.free
            ? t('checks.free', { name })
            : t('checks.notFree', { name, count })}
        </Text>
      );
    }
  }
}

function CheckLine({ check }: { check: NameCheck }) {
  const { t } = useTranslationRef(scaffolderCareplaneTranslationRef);
  const words: Record<NameCheckState, string> = {
    ok: t('state.ok'),
    taken: t('state.taken'),
    invalid: t('state.invalid'),
    unknown: t('state.unknown'),
  };
  const Icon = ICONS[check.state];
  return (
    <li className={styles.line} data-state={check.state}>
      <Icon size={16} aria-hidden className={styles.icon} />
      <Text variant="body-small">
        <strong>{check.title}</strong>: {words[check.state]}
        {check.state !== 'ok' && `. ${check.detail}.`}
        {check.fix && ` ${check.fix}`}
      </Text>
    </li>
  );
}
