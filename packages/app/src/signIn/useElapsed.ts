import { useEffect, useState } from 'react';

/** The last of `marks` (ascending, in ms) that has passed since mounting; 0 before the first. */
export function useElapsed(marks: number[]): number {
  const [passed, setPassed] = useState(0);
  const key = marks.join();
  useEffect(() => {
    const timers = key
      .split(',')
      .map(Number)
      .map(mark => setTimeout(() => setPassed(mark), mark));
    return () => timers.forEach(clearTimeout);
  }, [key]);
  return passed;
}
