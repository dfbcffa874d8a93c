import { NotFoundErrorPage } from '@backstage/frontend-plugin-api';
import { Route, Routes } from 'react-router-dom';
import { BoardPage } from './board/BoardPage';
import { RolloutPage } from './rollout/RolloutPage';
import { NewSetPage } from './sets/NewSetPage';
import { SetPage } from './sets/SetPage';

/** `/releases` and below. */
export function ReleasesRouter() {
  return (
    <Routes>
      <Route path="/" element={<BoardPage />} />
      <Route path="/rollouts/:id" element={<RolloutPage />} />
      <Route path="/together" element={<NewSetPage />} />
      <Route path="/sets/:id" element={<SetPage />} />
      <Route path="*" element={<NotFoundErrorPage />} />
    </Routes>
  );
}
