/** One named check of a revision. `unknown` never counts as passed. */
export interface Check {
  id: string;
  state: 'pass' | 'fail' | 'unknown';
  summary: string;
}

/**
 * Runs a check. What it cannot find out because AWS did not answer is unknown,
 * and says why; it is never taken for a pass.
 */
export async function check(
  id: string,
  run: () => Promise<Omit<Check, 'id'>>,
): Promise<Check> {
  try {
    return { id, ...(await run()) };
  } catch (error) {
    const summary = error instanceof Error ? error.message : 'No answer.';
    return { id, state: 'unknown', summary };
  }
}

export const pass = (summary: string) => ({ state: 'pass' as const, summary });
export const fail = (summary: string) => ({ state: 'fail' as const, summary });
