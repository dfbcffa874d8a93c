import {
  BreadcrumbEntry,
  PageLayout as PageLayoutRef,
  useBreadcrumbEntries,
} from '@backstage/frontend-plugin-api';
import { SwappableComponentBlueprint } from '@backstage/plugin-app-react';
import { PluginHeader } from '@backstage/ui';
import { useMemo } from 'react';
import { useResolvedPath } from 'react-router-dom';

/**
 * The stock page layout, with the plugin's header in a named region: stock
 * leaves that heading outside of every landmark where a page has its own `main`.
 */
export const pageLayout = SwappableComponentBlueprint.make({
  name: 'core-page-layout',
  params: define =>
    define({
      component: PageLayoutRef,
      loader: () =>
        function PageLayout(props) {
          const { title, icon, titleLink, headerActions, tabs } = props;
          const parentPath = useResolvedPath('.').pathname.replace(/\/$/, '');
          const { items: breadcrumbs } = useBreadcrumbEntries();
          const resolvedTabs = useMemo(
            () =>
              tabs?.map(tab => ({
                ...tab,
                href: tab.href.startsWith('/')
                  ? tab.href
                  : `${parentPath}/${tab.href}`.replace(/\/{2,}/g, '/'),
                matchStrategy: 'prefix' as const,
              })),
            [tabs, parentPath],
          );
          if (props.noHeader) return <>{props.children}</>;
          const content = (
            <>
              <section aria-label={title}>
                <PluginHeader
                  title={title}
                  icon={icon}
                  titleLink={titleLink}
                  breadcrumbs={breadcrumbs}
                  tabs={resolvedTabs}
                  customActions={headerActions}
                />
              </section>
              {props.children}
            </>
          );
          if (!title) return content;
          return (
            <BreadcrumbEntry
              entry={{ label: title, href: titleLink ?? (parentPath || '/') }}
            >
              {content}
            </BreadcrumbEntry>
          );
        },
    }),
});
