import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Checkbox, Select, TextField } from '@backstage/ui';
import type { ReleaseSetPreview } from '@careplane/backstage-plugin-release-common';
import { type ReactNode, useCallback, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { releaseApiRef } from '../api';
import { revisionName } from '../lib/format';
import { useOverview } from '../lib/useOverview';
import { usePaths } from '../lib/paths';
import { useLoaded } from '../lib/useLoaded';
import { useStageGuard } from '../lib/usePermissions';
import { useInTitles, useSaid, useStages } from '../lib/useStages';
import { releaseTranslationRef } from '../translation';
import { type Guard, Guarded } from '../ui/Guarded';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { PageFrame } from '../ui/PageFrame';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import { type Candidate, candidatesOf } from './candidates';
import styles from './sets.module.css';

type Kind = 'promote' | 'rollback';
const MAX_TURN = 9;

function Verdict(props: {
  member?: ReleaseSetPreview['members'][number];
  error?: Error;
  stage: string;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const said = useSaid();
  const inTitles = useInTitles();
  const { member, error } = props;
  if (error) return <>{said(error, props.stage)}</>;
  if (!member) return <>{t('sets.checking')}</>;
  const lines = [...member.blockers, ...member.warnings];
  if (!lines.length) {
    return (
      <>
        {t('sets.ready')}
        {member.approvalsNeeded > 0 &&
          `, ${t('sets.approvals', { count: member.approvalsNeeded })}`}
      </>
    );
  }
  return (
    <ul className={styles.list}>
      {lines.map(line => (
        <li key={line}>{inTitles(line)}</li>
      ))}
    </ul>
  );
}

function Choice(props: {
  candidate: Candidate;
  turn: number | undefined;
  verdict?: ReactNode;
  onTurn: (turn: number | undefined) => void;
}) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { candidate, turn, onTurn } = props;
  return (
    <tr>
      <th scope="row">
        <Checkbox
          isSelected={turn !== undefined}
          onChange={on => onTurn(on ? 1 : undefined)}
        >
          {candidate.title}
        </Checkbox>
      </th>
      <td>
        {revisionName(candidate.from)} → {revisionName(candidate.to)}
      </td>
      <td className={styles.turn}>
        {turn !== undefined && (
          <Select
            aria-label={t('sets.turnOf', { name: candidate.title })}
            value={String(turn)}
            onChange={key => onTurn(Number(key))}
            options={Array.from({ length: MAX_TURN }, (_, index) => ({
              value: String(index + 1),
              label: String(index + 1),
            }))}
          />
        )}
      </td>
      <td>{turn !== undefined && props.verdict}</td>
    </tr>
  );
}

/** Chooses services of one stage, their turns, and starts the set. */
export function NewSetPage() {
  const { t } = useTranslationRef(releaseTranslationRef);
  const api = useApi(releaseApiRef);
  const navigate = useNavigate();
  const paths = usePaths();
  const [params, setParams] = useSearchParams();
  const overview = useOverview();
  const stages = useStages();
  const guardOf = useStageGuard();
  const said = useSaid();
  const [turns, setTurns] = useState<Record<string, number>>({});
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [idempotencyKey] = useState(() => crypto.randomUUID());

  const all = stages.value ?? [];
  const stage = params.get('stage') ?? all[all.length - 1]?.name ?? '';
  const stageTitle = all.find(one => one.name === stage)?.title ?? stage;
  const kind: Kind = params.get('kind') === 'rollback' ? 'rollback' : 'promote';
  const system = params.get('system') ?? '';
  const choose = (name: string, value: string) => {
    setTurns({});
    setParams(
      old => {
        const next = new URLSearchParams(old);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  };

  const items = overview.value?.items ?? [];
  const systems = [...new Set(items.flatMap(one => one.system ?? []))].sort();
  const candidates = candidatesOf(items, all, stage, kind).filter(
    one => !system || one.system === system,
  );
  const chosen = candidates.filter(one => turns[one.entityRef] !== undefined);
  const members = chosen.map(({ entityRef, member }) => ({
    entityRef,
    order: turns[entityRef],
    ...member,
  }));
  const asked = JSON.stringify({ stage, kind, members });
  const loadPreview = useCallback(
    async () =>
      JSON.parse(asked).members.length
        ? api.previewSet(JSON.parse(asked))
        : undefined,
    [api, asked],
  );
  const preview = useLoaded(loadPreview);
  const verdictOf = (entityRef: string) =>
    preview.value?.members.find(one => one.entityRef === entityRef);
  const ready =
    chosen.length > 0 &&
    chosen.every(one => verdictOf(one.entityRef)?.blockers.length === 0);

  const granted = guardOf(stage, kind);
  const open: Guard = !chosen.length
    ? { allowed: false, reason: t('sets.chooseFirst') }
    : { allowed: ready, reason: t('sets.notReady') };
  const guard = granted.allowed ? open : granted;
  const label = chosen.length
    ? t(`sets.submit.${kind}`, { count: chosen.length, stage: stageTitle })
    : t('sets.chooseSome');

  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const set = await api.startSet({
        stage,
        kind,
        members,
        reason: reason.trim() || undefined,
        idempotencyKey,
      });
      navigate(paths.set(set.id));
    } catch (cause) {
      setError(said(cause, stage));
      setBusy(false);
    }
  };

  const failed = overview.error ?? stages.error;
  const loading = !overview.value || !stages.value;
  return (
    <PageFrame title={t('sets.title')}>
      <div className={styles.stack}>
        <p className={ui.muted}>{t('sets.intro')}</p>
        {failed && (
          <LoadError
            what={t('sets.what')}
            error={failed}
            failedAt={overview.failedAt ?? stages.failedAt}
            stale={!loading}
            onRetry={() => {
              overview.reload();
              stages.reload();
            }}
          />
        )}
        {loading && !failed && (
          <Placeholder height={320} label={t('sets.loading')} />
        )}
        {!loading && (
          <>
            <div className={styles.filters}>
              <Select
                label={t('sets.kind')}
                value={kind}
                onChange={key => choose('kind', String(key))}
                options={(['promote', 'rollback'] as const).map(one => ({
                  value: one,
                  label: t(`sets.kinds.${one}`),
                }))}
              />
              <Select
                label={t('sets.stage')}
                value={stage}
                onChange={key => choose('stage', String(key))}
                options={all.slice(1).map(one => ({
                  value: one.name,
                  label: one.title,
                }))}
              />
              <Select
                label={t('sets.system')}
                value={system || 'all'}
                onChange={key =>
                  choose('system', key === 'all' ? '' : String(key))
                }
                options={[
                  { value: 'all', label: t('sets.all') },
                  ...systems.map(one => ({ value: one, label: one })),
                ]}
              />
            </div>
            {candidates.length === 0 ? (
              <Notice icon="none" tone="off">
                <p>{t(`sets.none.${kind}`)}</p>
              </Notice>
            ) : (
              <ScrollArea label={t('sets.choose')}>
                <table className={ui.table}>
                  <thead>
                    <tr>
                      <th scope="col">{t('sets.service')}</th>
                      <th scope="col">{t('sets.move')}</th>
                      <th scope="col">{t('sets.turn')}</th>
                      <th scope="col">{t('sets.check')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {candidates.map(candidate => (
                      <Choice
                        key={candidate.entityRef}
                        candidate={candidate}
                        turn={turns[candidate.entityRef]}
                        verdict={
                          <Verdict
                            member={verdictOf(candidate.entityRef)}
                            error={preview.error}
                            stage={stage}
                          />
                        }
                        onTurn={turn =>
                          setTurns(old => {
                            const { [candidate.entityRef]: _, ...rest } = old;
                            return turn === undefined
                              ? rest
                              : { ...rest, [candidate.entityRef]: turn };
                          })
                        }
                      />
                    ))}
                  </tbody>
                </table>
              </ScrollArea>
            )}
            {candidates.length > 0 && (
              <>
                <TextField
                  label={t('sets.reason')}
                  value={reason}
                  onChange={setReason}
                />
                {error && (
                  <Notice icon="failed" tone="bad" role="alert">
                    <p>
                      <strong>{t('sets.notStarted')}</strong> {error}
                    </p>
                  </Notice>
                )}
                <div className={styles.acts}>
                  <Guarded
                    guard={guard}
                    stage={{ name: stage, title: stageTitle }}
                    label={label}
                    variant="primary"
                    size="medium"
                    destructive={kind === 'rollback'}
                    isPending={busy}
                    onPress={submit}
                  >
                    {label}
                  </Guarded>
                </div>
              </>
            )}
          </>
        )}
      </div>
    </PageFrame>
  );
}
