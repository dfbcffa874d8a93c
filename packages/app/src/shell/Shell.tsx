import { SidebarPinStateProvider } from '@backstage/core-components';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router-dom';
import styles from './Shell.module.css';

/**
 * True while no page inside brings its own `main`. Stock pages differ: some
 * render one, some do not, and a document must have exactly one.
 */
function useMissingMain(element: HTMLElement | null): boolean {
  const [missing, setMissing] = useState(true);
  useEffect(() => {
    if (!element) return undefined;
    const look = () => setMissing(!element.querySelector('main'));
    look();
    const observer = new MutationObserver(look);
    observer.observe(element, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [element]);
  return missing;
}

/** After a navigation from the rail, the focus goes to the page's heading. */
function useFocusOnNavigation(element: HTMLElement | null) {
  const { pathname } = useLocation();
  const last = useRef(pathname);
  useEffect(() => {
    if (!element || last.current === pathname) return undefined;
    last.current = pathname;
    const timer = setTimeout(() => {
      const active = document.activeElement;
      const lost = !active || active === document.body;
      if (!lost && !active.closest('nav[data-shell]')) return;
      const heading =
        element.querySelector<HTMLElement>('main h1') ??
        element.querySelector<HTMLElement>('h1') ??
        element;
      if (!heading.hasAttribute('tabindex')) heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }, 150);
    return () => clearTimeout(timer);
  }, [pathname, element]);
}

/** Frame of every page: skip link, local-demo banner, navigation, content. */
export function Shell(props: { nav: ReactNode; children: ReactNode }) {
  const local = useApi(configApiRef).getOptionalBoolean('careplane.local');
  const [content, setContent] = useState<HTMLElement | null>(null);
  const missingMain = useMissingMain(content);
  useFocusOnNavigation(content);

  return (
    <SidebarPinStateProvider
      value={{
        isPinned: true,
        isMobile: false,
        toggleSidebarPinState: () => {},
      }}
    >
      <div className={styles.shell} data-local={Boolean(local)}>
        <a className={styles.skip} href="#content">
          Skip to content
        </a>
        {local && (
          <aside className={styles.banner} aria-label="Local demo">
            <strong>Local demo</strong> – AWS is the sandbox on this machine.
          </aside>
        )}
        <div className={styles.nav}>{props.nav}</div>
        <div
          id="content"
          ref={setContent}
          tabIndex={-1}
          role={missingMain ? 'main' : undefined}
          className={styles.content}
        >
          {props.children}
        </div>
      </div>
    </SidebarPinStateProvider>
  );
}
