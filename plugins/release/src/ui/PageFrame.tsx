import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { type ReactNode, useEffect } from 'react';
import styles from './ui.module.css';

/** A page of this plugin: its `h1`, its document title, its content. */
export function PageFrame(props: {
  title: string;
  /** Document title without the app's name, where it differs from `title`. */
  documentTitle?: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  const app = useApi(configApiRef).getOptionalString('app.title');
  const documentTitle = props.documentTitle ?? props.title;
  useEffect(() => {
    document.title = app ? `${documentTitle} · ${app}` : documentTitle;
  }, [documentTitle, app]);
  return (
    <main className={styles.page}>
      <div className={styles.pageHead}>
        <h1 className={styles.h1} tabIndex={-1}>
          {props.title}
        </h1>
        {props.aside}
      </div>
      {props.children}
    </main>
  );
}
