import { lazy, Suspense } from 'react';
import { MountedPaths } from '../MountedPaths';

const Blocks = lazy(() =>
  import('./HomeBlocks').then(module => ({ default: module.ReleaseHome })),
);

/** "Needs you", what is in flight and my services, for an app's own Home page. */
export function ReleaseHome() {
  return (
    <MountedPaths>
      <Suspense fallback={null}>
        <Blocks />
      </Suspense>
    </MountedPaths>
  );
}
