import type { ActionState } from '@careplane/backstage-plugin-delivery-common';
import type { Tone } from '../ui/StateMark';

/** How each state of a pipeline's parts looks. */
export const TONES: Record<ActionState, Tone> = {
  succeeded: 'ok',
  failed: 'bad',
  'in-progress': 'run',
  stopped: 'warn',
  abandoned: 'off',
  'not-run': 'off',
  unknown: 'unknown',
};
