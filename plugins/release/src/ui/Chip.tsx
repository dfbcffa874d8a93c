import type { ReactNode } from 'react';
import { Shape, type StateIcon } from './icons';
import styles from './ui.module.css';

export type Tone = 'ok' | 'run' | 'warn' | 'bad' | 'hold' | 'off';

/** A state: shape and word; the colour is the third signal. */
export function Chip(props: {
  icon: StateIcon;
  tone: Tone;
  children: ReactNode;
}) {
  const tone = props.tone === 'off' ? '' : styles[props.tone];
  return (
    <span className={`${styles.chip} ${tone}`}>
      <Shape icon={props.icon} />
      {props.children}
    </span>
  );
}
