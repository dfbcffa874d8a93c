import type { ReactElement, ReactNode } from 'react';

/** Shapes differ, so that states survive greyscale and forced colours. */
export type StateIcon =
  | 'live'
  | 'shifting'
  | 'watching'
  | 'settling'
  | 'person'
  | 'behind'
  | 'outside'
  | 'held'
  | 'quarantined'
  | 'failed'
  | 'warn'
  | 'waived'
  | 'unknown'
  | 'none';

const SHAPES: Record<StateIcon, ReactNode> = {
  live: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m4.8 8.2 2.2 2.2 4.2-4.6" stroke="var(--shape-on)" />
    </>
  ),
  shifting: (
    <>
      <circle cx="8" cy="8" r="6.2" />
      <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor" />
    </>
  ),
  watching: (
    <>
      <circle cx="8" cy="8" r="6.2" />
      <path d="M8 4.4V8l2.4 1.6" />
    </>
  ),
  settling: <circle cx="8" cy="8" r="6.2" strokeDasharray="1.2 2.6" />,
  person: (
    <>
      <circle cx="8" cy="5" r="2.8" />
      <path d="M2.6 14.2a5.4 5.4 0 0 1 10.8 0z" />
    </>
  ),
  behind: <path d="M8 14V2.6M3.6 7 8 2.6 12.4 7" />,
  outside: (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2" />
      <path d="m5 11 .5-2.2L9.9 4.4l1.7 1.7-4.4 4.4z" />
    </>
  ),
  held: (
    <>
      <rect
        x="2.6"
        y="7"
        width="10.8"
        height="7.2"
        rx="1.4"
        fill="currentColor"
      />
      <path d="M5 7V4.8a3 3 0 0 1 6 0V7" />
    </>
  ),
  quarantined: (
    <>
      <path d="M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2z" />
      <path d="m4 12 8-8" />
    </>
  ),
  failed: (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2" />
      <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" />
    </>
  ),
  warn: (
    <>
      <path d="M8 2 14.6 14H1.4z" />
      <path d="M8 6.4v3.4m0 1.6v.4" />
    </>
  ),
  waived: <path d="M2 10c3-6 7-6 10-1.4M12.6 4v5h-5" />,
  unknown: (
    <>
      <circle cx="8" cy="8" r="6.4" strokeDasharray="2.4 2" />
      <path d="M6.2 6.4a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.7-.8 1.2m0 1.8v.3" />
    </>
  ),
  none: <path d="M4 8h8" />,
};

/** One state's shape. Decorative: the word stands beside it. */
export function Shape(props: { icon: StateIcon }): ReactElement {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {SHAPES[props.icon]}
    </svg>
  );
}
