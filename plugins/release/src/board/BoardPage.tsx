import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Button, Link, SearchField, Select } from '@backstage/ui';
import type {
  Overview,
  OverviewItem,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import { useSearchParams } from 'react-router-dom';
import { useWork } from '../lib/hooks';
import { useOverview } from '../lib/useOverview';
import { usePaths } from '../lib/paths';
import { targetLook } from '../lib/state';
import { useStages } from '../lib/useStages';
import { useNames } from '../lib/useNames';
import { releaseTranslationRef } from '../translation';
import { AsOf, Who } from '../ui/Facts';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { PageFrame } from '../ui/PageFrame';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import { Approvals } from './Approvals';
import { BoardCell } from './BoardCell';
import styles from './board.module.css';

const STATES = [
  'attention',
  'shifting',
  'changed-outside',
  'held',
  'behind',
  'unknown',
] as const;
type StateFilter = (typeof STATES)[number];

/** True when any target of the service is in the state that one asks for. */
export function inState(item: OverviewItem, state: StateFilter): boolean {
  return item.targets.some(block => {
    const look = targetLook(block);
    switch (state) {
      case 'held':
        return Boolean(block.target.hold);
      case 'behind':
        return Boolean(block.target.behind);
      case 'changed-outside':
        return (
          look === 'changed-outside' || Boolean(block.target.outsideChange)
        );
      case 'unknown':
        return look === 'unknown' || look === 'denied';
      case 'shifting':
        return look === 'shifting' || Boolean(block.target.activeRolloutId);
      default:
        return (
          inState({ ...item, targets: [block] }, 'changed-outside') ||
          inState({ ...item, targets: [block] }, 'held') ||
          inState({ ...item, targets: [block] }, 'unknown')
        );
    }
  });
}

/** What needs attention first, then what moves, then the rest; each by name. */
export function inOrder(items: OverviewItem[]): OverviewItem[] {
  const rank = (item: OverviewItem) => {
    if (inState(item, 'attention')) return 0;
    return inState(item, 'shifting') ? 1 : 2;
  };
  return items
    .map(item => ({ item, rank: rank(item) }))
    .sort((a, b) => a.rank - b.rank || a.item.title.localeCompare(b.item.title))
    .map(({ item }) => item);
}

function oldestAsOf(overview: Overview): string | undefined {
  return overview.items
    .flatMap(item => item.targets.flatMap(block => block.asOf ?? []))
    .sort()[0];
}

function Board(props: { items: OverviewItem[]; stages: Stage[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const { items, stages } = props;
  return (
    <ScrollArea label={t('board.services')}>
      <table className={`${ui.table} ${styles.board}`}>
        <caption
          className={ui.muted}
          style={{ padding: 10, textAlign: 'left' }}
        >
          {t('board.count', { count: items.length })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('board.service')}</th>
            {stages.map((stage, index) => (
              <th
                key={stage.name}
                scope="col"
                className={index === stages.length - 1 ? ui.prod : undefined}
              >
                {stage.title}{' '}
                <span className={styles.sub}>
                  {t('board.account', { account: stage.accountId.slice(-4) })}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map(item => (
            <tr key={item.entityRef}>
              <th scope="row" className={styles.service}>
                <Link href={paths.entity(item.entityRef)}>{item.title}</Link>
                <div className={styles.sub}>
                  {item.owner && <Who actor={item.owner} />}
                </div>
              </th>
              {stages.map(stage => (
                <td key={stage.name} data-label={stage.title}>
                  <BoardCell
                    block={item.targets.find(
                      block => block.target.stage === stage.name,
                    )}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

/** All services by stage: what is where, what is unusual, what waits for me. */
export function BoardPage() {
  const { t } = useTranslationRef(releaseTranslationRef);
  const [params, setParams] = useSearchParams();
  const { value, error, failedAt, reload } = useOverview();
  const stages = useStages();
  const work = useWork();
  const paths = usePaths();

  const text = params.get('text') ?? '';
  const owner = params.get('owner') ?? '';
  const state = (params.get('state') ?? '') as StateFilter | '';
  const setFilter = (name: string, next: string) =>
    setParams(
      old => {
        const copy = new URLSearchParams(old);
        if (next) copy.set(name, next);
        else copy.delete(name);
        return copy;
      },
      { replace: true },
    );

  const items = value?.items ?? [];
  const owners = [...new Set(items.flatMap(item => item.owner ?? []))].sort();
  const nameOf = useNames(owners);
  const shown = items.filter(
    item =>
      (!text ||
        `${item.title} ${item.system ?? ''}`
          .toLocaleLowerCase()
          .includes(text.toLocaleLowerCase())) &&
      (!owner || item.owner === owner) &&
      (!state || inState(item, state)),
  );
  const failed = error ?? stages.error;

  return (
    <PageFrame
      title={t('board.title')}
      aside={value && <AsOf at={oldestAsOf(value)} />}
    >
      <Approvals work={work} />
      <h2 className={ui.h2}>{t('board.services')}</h2>
      <p>
        <Link href={paths.newSet}>{t('sets.link')}</Link>
      </p>
      <div className={styles.filters}>
        <SearchField
          label={t('board.filterText')}
          value={text}
          onChange={next => setFilter('text', next)}
        />
        <Select
          label={t('board.filterOwner')}
          value={owner || 'all'}
          onChange={key => setFilter('owner', key === 'all' ? '' : String(key))}
          options={[
            { value: 'all', label: t('board.all') },
            ...owners.map(one => ({
              value: one,
              label: nameOf(one),
            })),
          ]}
        />
        <Select
          label={t('board.filterState')}
          value={state || 'all'}
          onChange={key => setFilter('state', key === 'all' ? '' : String(key))}
          options={[
            { value: 'all', label: t('board.all') },
            ...STATES.map(one => ({ value: one, label: t(`filter.${one}`) })),
          ]}
        />
      </div>
      {failed && (
        <LoadError
          what={t('board.what')}
          error={failed}
          failedAt={failedAt ?? stages.failedAt}
          stale={Boolean(value && stages.value)}
          onRetry={() => {
            reload();
            stages.reload();
          }}
        />
      )}
      {!failed && (!value || !stages.value) && (
        <Placeholder height={480} label={t('board.loading')} />
      )}
      {value && stages.value && items.length === 0 && (
        <Notice icon="none" tone="off">
          <p>{t('board.empty')}</p>
        </Notice>
      )}
      {value && stages.value && items.length > 0 && shown.length === 0 && (
        <Notice
          icon="none"
          tone="off"
          actions={
            <Button
              variant="secondary"
              size="medium"
              onPress={() => setParams({}, { replace: true })}
            >
              {t('board.clear')}
            </Button>
          }
        >
          <p>{t('board.allHidden')}</p>
        </Notice>
      )}
      {stages.value && shown.length > 0 && (
        <Board items={inOrder(shown)} stages={stages.value} />
      )}
    </PageFrame>
  );
}
