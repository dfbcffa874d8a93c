import {
  RiCheckboxCircleFill,
  RiCloseCircleFill,
  RiErrorWarningFill,
  RiIndeterminateCircleLine,
  RiLoader4Line,
  RiQuestionLine,
} from '@remixicon/react';
import styles from './ui.module.css';

/** Meaning of a state; each has its own shape, and colour only repeats it. */
export type Tone = 'ok' | 'warn' | 'bad' | 'run' | 'off' | 'unknown';

const ICONS = {
  ok: RiCheckboxCircleFill,
  warn: RiErrorWarningFill,
  bad: RiCloseCircleFill,
  run: RiLoader4Line,
  off: RiIndeterminateCircleLine,
  unknown: RiQuestionLine,
};

/** A state as icon and word. */
export function StateMark(props: { tone: Tone; word: string }) {
  const Icon = ICONS[props.tone];
  return (
    <span className={`${styles.mark} ${styles[props.tone]}`}>
      <Icon aria-hidden="true" size={16} />
      {props.word}
    </span>
  );
}
