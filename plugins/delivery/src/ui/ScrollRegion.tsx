import type { ReactNode, Ref } from 'react';

/** What may scroll must be reachable by keyboard (WCAG 2.1.1). */
const reachable = { tabIndex: 0, role: 'region' };

/** A named part that scrolls by itself: a wide table, a long log. */
export function ScrollRegion(props: {
  label: string;
  className: string;
  frame?: Ref<HTMLDivElement>;
  children: ReactNode;
}) {
  return (
    <div
      ref={props.frame}
      className={props.className}
      aria-label={props.label}
      {...reachable}
    >
      {props.children}
    </div>
  );
}
