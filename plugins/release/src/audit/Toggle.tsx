import { RiArrowDownSLine, RiArrowRightSLine } from '@remixicon/react';
import type { ReactNode } from 'react';
import styles from './audit.module.css';

/** A button that opens what stands below it. */
export function Toggle(props: {
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  const Arrow = props.open ? RiArrowDownSLine : RiArrowRightSLine;
  return (
    <button
      type="button"
      className={styles.toggle}
      aria-expanded={props.open}
      onClick={props.onToggle}
    >
      <Arrow size={18} aria-hidden />
      <span>{props.children}</span>
    </button>
  );
}
