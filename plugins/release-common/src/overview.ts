import type { FreezeWindow } from './gates';
import type { TargetBlock } from './targets';

/** Something that waits for a person. */
export interface AttentionItem {
  kind:
    | 'approval'
    | 'confirmation'
    | 'external-change'
    | 'decision'
    | 'rollback-failed'
    | 'outside-change'
    | 'hold'
    | 'not-settled'
    /** Glass was broken, and nobody else has looked at it yet. */
    | 'review';
  entityRef: string;
  stage: string;
  rolloutId?: string;
  sentence: string;
  since?: string;
}

export interface OverviewItem {
  entityRef: string;
  title: string;
  system?: string;
  owner?: string;
  targets: TargetBlock[];
}

/** The board and Home: every component with targets that the caller may see. */
export interface Overview {
  items: OverviewItem[];
  attention: AttentionItem[];
  /** Freezes that are open, or open within a week. */
  freezes?: FreezeWindow[];
}

export interface OverviewQuery {
  /** Only this component: what a page asks for after a signal about it. */
  entityRef?: string;
}
