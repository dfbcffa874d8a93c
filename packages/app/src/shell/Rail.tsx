import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import type { NavContentComponentProps } from '@backstage/plugin-app-react';
import {
  RiAddCircleLine,
  RiArchiveStackLine,
  RiBookOpenLine,
  RiFileListLine,
  RiHome5Line,
  RiLogoutBoxRLine,
  RiMoreLine,
  RiNotification3Line,
  RiPuzzle2Line,
  RiRocketLine,
  RiSearchLine,
  RiSettings3Line,
} from '@remixicon/react';
import {
  type FormEvent,
  type ReactElement,
  useEffect,
  useRef,
  useState,
} from 'react';
import { Link, NavLink, useLocation, useNavigate } from 'react-router-dom';
import { Logo } from './Logo';
import styles from './Rail.module.css';

interface RailItem {
  href: string;
  title: string;
  icon: ReactElement;
  /** Hidden in the bottom bar of a narrow screen, shown under More. */
  hideNarrow?: boolean;
}

/** Pages in the order of use; a page whose plugin is not installed is left out. */
const PRIMARY: { id: string; title: string; icon: ReactElement }[] = [
  { id: 'page:home', title: 'Home', icon: <RiHome5Line /> },
  { id: 'page:catalog', title: 'Catalog', icon: <RiArchiveStackLine /> },
  { id: 'page:scaffolder', title: 'Create', icon: <RiAddCircleLine /> },
  { id: 'page:release', title: 'Releases', icon: <RiRocketLine /> },
  { id: 'page:release/audit', title: 'Audit', icon: <RiFileListLine /> },
  { id: 'page:api-docs', title: 'APIs', icon: <RiPuzzle2Line /> },
  { id: 'page:techdocs', title: 'Docs', icon: <RiBookOpenLine /> },
];

const NARROW = ['page:home', 'page:catalog', 'page:scaffolder', 'page:release'];

function RailLink(props: { item: RailItem }) {
  const { item } = props;
  return (
    <NavLink to={item.href} end={item.href === '/'} className={styles.link}>
      <span className={styles.icon} aria-hidden="true">
        {item.icon}
      </span>
      {item.title}
    </NavLink>
  );
}

function SignOut(props: { onSignOut: () => void }) {
  return (
    <a
      className={styles.link}
      href="/"
      onClick={event => {
        event.preventDefault();
        props.onSignOut();
      }}
    >
      <span className={styles.icon} aria-hidden="true">
        <RiLogoutBoxRLine />
      </span>
      Sign out
    </a>
  );
}

function SearchBox() {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const query = input.current?.value ?? '';
    navigate(`/search?query=${encodeURIComponent(query)}`);
  };
  return (
    <form role="search" className={styles.search} onSubmit={submit}>
      <input
        ref={input}
        type="search"
        aria-label="Search services, docs and teams"
        placeholder="Search (Ctrl K)"
      />
    </form>
  );
}

/** The navigation of the shell: a rail, or a bottom bar at 900 px and below. */
export function Rail({ navItems }: NavContentComponentProps) {
  const identityApi = useApi(identityApiRef);
  const { pathname } = useLocation();
  const more = useRef<HTMLDetailsElement>(null);
  const [name, setName] = useState('Settings');

  useEffect(() => {
    let live = true;
    identityApi.getProfileInfo().then(
      profile => live && profile.displayName && setName(profile.displayName),
      () => undefined,
    );
    return () => {
      live = false;
    };
  }, [identityApi]);

  useEffect(() => {
    if (more.current) more.current.open = false;
  }, [pathname]);

  const bag = navItems.clone();
  const primary = PRIMARY.flatMap(({ id, title, icon }): RailItem[] => {
    const item = bag.take(id);
    return item
      ? [{ href: item.href, title, icon, hideNarrow: !NARROW.includes(id) }]
      : [];
  });
  const search = bag.take('page:search');
  const notifications = bag.take('page:notifications');
  const settings = bag.take('page:user-settings');
  // Reached from the relations of a service.
  bag.take('page:catalog-graph');
  const others = bag.rest().map(
    (item): RailItem => ({
      href: item.href,
      title: item.title,
      icon: <>{item.icon}</>,
      hideNarrow: true,
    }),
  );
  const main = [...primary, ...others];
  const personal: RailItem[] = [
    ...(notifications
      ? [
          {
            href: notifications.href,
            title: 'Notifications',
            icon: <RiNotification3Line />,
          },
        ]
      : []),
    ...(settings
      ? [{ href: settings.href, title: name, icon: <RiSettings3Line /> }]
      : []),
  ];
  const hidden: RailItem[] = [
    ...main.filter(item => item.hideNarrow),
    ...(search
      ? [{ href: search.href, title: 'Search', icon: <RiSearchLine /> }]
      : []),
    ...personal,
  ];

  return (
    <nav className={styles.rail} aria-label="Main" data-shell>
      <Link to="/" className={styles.brand}>
        <Logo />
        Careplane
      </Link>
      {search && <SearchBox />}
      <ul className={styles.list}>
        {main.map(item => (
          <li
            key={item.href}
            data-narrow={item.hideNarrow ? 'hide' : undefined}
          >
            <RailLink item={item} />
          </li>
        ))}
      </ul>
      <div className={styles.spacer} />
      <ul className={`${styles.list} ${styles.secondary}`}>
        {personal.map(item => (
          <li key={item.href}>
            <RailLink item={item} />
          </li>
        ))}
        <li>
          <SignOut onSignOut={() => identityApi.signOut()} />
        </li>
      </ul>
      <details className={styles.more} ref={more}>
        <summary className={styles.link}>
          <span className={styles.icon} aria-hidden="true">
            <RiMoreLine />
          </span>
          More
        </summary>
        <div className={styles.menu}>
          <ul className={styles.list}>
            {hidden.map(item => (
              <li key={item.href}>
                <RailLink item={item} />
              </li>
            ))}
            <li>
              <SignOut onSignOut={() => identityApi.signOut()} />
            </li>
          </ul>
        </div>
      </details>
    </nav>
  );
}
