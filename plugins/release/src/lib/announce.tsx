import { VisuallyHidden } from '@backstage/ui';
import { useEffect, useRef, useState } from 'react';

const QUIET_MS = 5_000;

/**
 * Says `message` to a screen reader when it changes: at most once in five
 * seconds, the latest one wins. Assertive only for what must interrupt.
 */
export function Announce(props: { message?: string; assertive?: boolean }) {
  const { message = '', assertive } = props;
  const [said, setSaid] = useState('');
  const first = useRef(true);
  const lastAt = useRef(0);

  useEffect(() => {
    if (first.current) {
      first.current = false;
      return undefined;
    }
    const wait = Math.max(0, lastAt.current + QUIET_MS - Date.now());
    const timer = setTimeout(
      () => {
        lastAt.current = Date.now();
        setSaid(message);
      },
      assertive ? 0 : wait,
    );
    return () => clearTimeout(timer);
  }, [message, assertive]);

  return (
    <VisuallyHidden>
      <div role={assertive ? 'alert' : 'status'}>{said}</div>
    </VisuallyHidden>
  );
}
