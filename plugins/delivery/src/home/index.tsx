import { lazy, Suspense } from 'react';

const Builds = lazy(() =>
  import('./FailingBuilds').then(module => ({
    default: module.FailingBuilds,
  })),
);

/** Failing builds of what the signed-in person owns, for an app's own Home page. */
export function FailingBuilds() {
  return (
    <Suspense fallback={null}>
      <Builds />
    </Suspense>
  );
}
