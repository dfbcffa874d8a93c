import { NotFoundErrorPage } from '@backstage/frontend-plugin-api';
import { Route, Routes } from 'react-router-dom';
import { BoardPage } from './board/BoardPage';
import { RolloutPage } from './rollout/RolloutPage';

/** `/releases` and below. */
export function ReleasesRouter() {
  return (
    <Routes>
      <Route path="/" element={<BoardPage />} />
      <Route path="/rollouts/:id" element={<RolloutPage />} />
      <Route path="*" element={<NotFoundErrorPage />} />
    </Routes>
  );
}
