import type { ReactNode } from 'react';
import styles from './ui.module.css';

/** A link out of the portal. Only http(s) addresses become links. */
export function OutLink(props: {
  href?: string;
  label: string;
  children: ReactNode;
}) {
  if (!props.href || !/^https?:\/\//.test(props.href)) {
    return <span>{props.children}</span>;
  }
  return (
    <a
      className={styles.link}
      href={props.href}
      target="_blank"
      rel="noopener noreferrer"
      title={props.label}
    >
      {props.children}
    </a>
  );
}
