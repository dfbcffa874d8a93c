import { type ReactNode, useEffect, useRef } from 'react';
import styles from './ui.module.css';

/**
 * Wide content that scrolls sideways inside itself. While it does, the keyboard
 * can reach it; otherwise it is no tab stop.
 */
export function ScrollArea(props: { label: string; children: ReactNode }) {
  const area = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = area.current;
    if (!element) return undefined;
    const update = () => {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
      else element.removeAttribute('tabindex');
    };
    update();
    window.addEventListener('resize', update);
    return () => window.removeEventListener('resize', update);
  });
  return (
    <div
      ref={area}
      role="region"
      aria-label={props.label}
      className={styles.scroll}
    >
      {props.children}
    </div>
  );
}
