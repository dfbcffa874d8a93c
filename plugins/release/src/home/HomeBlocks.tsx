import { parseEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type {
  AttentionItem,
  Overview,
} from '@careplane/backstage-plugin-release-common';
import { RolloutList } from '../board/Approvals';
import board from '../board/board.module.css';
import { BoardCell } from '../board/BoardCell';
import { useWork, waitingForMe, type Work } from '../lib/hooks';
import { isFirstReading, useOverview } from '../lib/useOverview';
import { usePaths } from '../lib/paths';
import type { Look } from '../lib/state';
import { useNow } from '../lib/useNow';
import { useStages, useStageTitle, withStageTitle } from '../lib/useStages';
import type { Loaded } from '../lib/useLoaded';
import { releaseTranslationRef } from '../translation';
import { Chip } from '../ui/Chip';
import { AsOf, Time, Who } from '../ui/Facts';
import { LoadError, Notice, Placeholder } from '../ui/Notice';
import { ScrollArea } from '../ui/ScrollArea';
import ui from '../ui/ui.module.css';
import { Freezes } from './Freezes';
import styles from './home.module.css';

const ATTENTION_LOOK: Record<AttentionItem['kind'], Look> = {
  'rollback-failed': { icon: 'failed', tone: 'bad' },
  'external-change': { icon: 'outside', tone: 'warn' },
  decision: { icon: 'person', tone: 'warn' },
  'outside-change': { icon: 'outside', tone: 'warn' },
  approval: { icon: 'person', tone: 'warn' },
  confirmation: { icon: 'person', tone: 'warn' },
  review: { icon: 'person', tone: 'warn' },
  'not-settled': { icon: 'settling', tone: 'run' },
  hold: { icon: 'held', tone: 'hold' },
};
const URGENCY = Object.keys(ATTENTION_LOOK);

/** What waits for this person, most urgent first. */
export function attentionFor(overview: Overview, work: Work): AttentionItem[] {
  const forMe = new Set(waitingForMe(work).map(rollout => rollout.id));
  const mine = new Set(
    work.rollouts
      .filter(rollout => rollout.requestedBy === work.me)
      .map(rollout => rollout.id),
  );
  const owned = new Set(
    overview.items
      .filter(item => item.owner && work.mine.includes(item.owner))
      .map(item => item.entityRef),
  );
  const manages = new Set(
    work.permissions
      .filter(({ acts }) => acts.rollback.allowed)
      .map(({ stage }) => stage),
  );
  return overview.attention
    .filter(item => {
      if (item.kind === 'approval') {
        return item.rolloutId !== undefined && forMe.has(item.rolloutId);
      }
      if (item.kind === 'confirmation') {
        return item.rolloutId !== undefined && mine.has(item.rolloutId);
      }
      return owned.has(item.entityRef) || manages.has(item.stage);
    })
    .sort((a, b) => URGENCY.indexOf(a.kind) - URGENCY.indexOf(b.kind));
}

/** What is said where nothing needs a person: unknown is not fine. */
function quietWords(overview: Overview) {
  if (overview.items.length === 0) return 'home.unknown';
  return isFirstReading(overview) ? 'home.reading' : 'home.nothing';
}

function NeedsYou(props: { items: AttentionItem[]; overview: Overview }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const titleOf = useStageTitle();
  const { items } = props;
  if (items.length === 0) {
    return <p>{t(quietWords(props.overview))}</p>;
  }
  return (
    <ul className={styles.list}>
      {items.map(item => (
        <li
          key={`${item.kind}-${item.entityRef}-${item.stage}-${item.rolloutId}`}
          className={styles.row}
        >
          <Chip {...ATTENTION_LOOK[item.kind]}>
            {t(`attention.${item.kind}`)}
          </Chip>
          <span className={styles.rowText}>
            <strong>
              {parseEntityRef(item.entityRef).name} {titleOf(item.stage)}
            </strong>{' '}
            – {withStageTitle(item.sentence, item.stage, titleOf(item.stage))}
          </span>
          {item.since && (
            <span className={ui.muted}>
              <Time at={item.since} />
            </span>
          )}
          <Link
            href={
              item.rolloutId
                ? paths.rollout(item.rolloutId)
                : paths.releasesOf(item.entityRef)
            }
          >
            {t('home.open', {
              what: `${parseEntityRef(item.entityRef).name} ${titleOf(
                item.stage,
              )}`,
            })}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function MyServices(props: { overview: Overview; mine: string[] }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const paths = usePaths();
  const stages = useStages();
  const { overview, mine } = props;
  const owned = overview.items.filter(
    item => item.owner && mine.includes(item.owner),
  );
  const shown = owned.length > 0 ? owned : overview.items;
  return (
    <section aria-labelledby="home-services">
      <div className={ui.pageHead}>
        <h2 className={ui.h2} id="home-services">
          {t(owned.length > 0 ? 'home.mine' : 'home.allServices', {
            count: shown.length,
          })}
        </h2>
        <Link href={paths.board}>{t('home.board')}</Link>
      </div>
      {owned.length === 0 && overview.items.length > 0 && (
        <p className={ui.muted}>{t('home.ownNothing')}</p>
      )}
      {overview.items.length === 0 && (
        <Notice icon="none" tone="off">
          <p>{t('board.empty')}</p>
        </Notice>
      )}
      {stages.value && shown.length > 0 && (
        <ScrollArea label={t('board.services')}>
          <table className={`${ui.table} ${board.board}`}>
            <thead>
              <tr>
                <th scope="col">{t('board.service')}</th>
                {stages.value.map(stage => (
                  <th key={stage.name} scope="col">
                    {stage.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(item => (
                <tr key={item.entityRef}>
                  <th scope="row">
                    <Link href={paths.entity(item.entityRef)}>
                      {item.title}
                    </Link>
                    <div className={ui.muted}>
                      {item.owner && <Who actor={item.owner} />}
                    </div>
                  </th>
                  {stages.value?.map(stage => (
                    <td key={stage.name} data-label={stage.title}>
                      <BoardCell
                        compact
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
      )}
    </section>
  );
}

function newestAsOf(overview: Overview): string | undefined {
  return overview.items
    .flatMap(item => item.targets.flatMap(block => block.asOf ?? []))
    .sort()
    .reverse()[0];
}

function Attention(props: { overview: Loaded<Overview>; work: Loaded<Work> }) {
  const { t } = useTranslationRef(releaseTranslationRef);
  const { overview, work } = props;
  const items =
    overview.value && work.value
      ? attentionFor(overview.value, work.value)
      : undefined;
  const error = overview.error ?? work.error;
  return (
    <section aria-labelledby="home-needs">
      <div className={ui.pageHead}>
        <h2 className={ui.h2} id="home-needs">
          {items && items.length > 0
            ? t('home.needsCount', { count: items.length })
            : t('home.needs')}
        </h2>
        {overview.value && <AsOf at={newestAsOf(overview.value)} />}
      </div>
      {error && (
        <LoadError
          what={t('home.what')}
          error={error}
          failedAt={overview.failedAt ?? work.failedAt}
          stale={Boolean(items)}
          onRetry={() => {
            overview.reload();
            work.reload();
          }}
        />
      )}
      {!items && !error && (
        <Placeholder height={120} label={t('home.loading')} />
      )}
      {items && overview.value && (
        <NeedsYou items={items} overview={overview.value} />
      )}
    </section>
  );
}

/** What the Home page shows of releases: needs you, in flight, my services. */
export function ReleaseHome() {
  const { t } = useTranslationRef(releaseTranslationRef);
  const overview = useOverview();
  const work = useWork();
  const now = useNow(60_000);
  const inFlight = work.value?.rollouts.filter(
    rollout => rollout.state !== 'AWAITING_APPROVAL',
  );
  return (
    <div className={styles.grid}>
      <Freezes freezes={overview.value?.freezes ?? []} now={now} />
      <Attention overview={overview} work={work} />
      {inFlight && inFlight.length > 0 && (
        <section aria-labelledby="home-flight">
          <h2 className={ui.h2} id="home-flight">
            {t('home.inFlight', { count: inFlight.length })}
          </h2>
          <RolloutList rollouts={inFlight} />
        </section>
      )}
      {overview.value && (
        <MyServices overview={overview.value} mine={work.value?.mine ?? []} />
      )}
      {!overview.value && !overview.error && (
        <Placeholder height={320} label={t('board.loading')} />
      )}
    </div>
  );
}
