import { type RefCallback, useCallback } from 'react';

/** A ref for a dialog's content: the first match of `selector` gets the focus. */
export function useFirstFocus(selector: string): RefCallback<HTMLElement> {
  return useCallback(
    element => element?.querySelector<HTMLElement>(selector)?.focus(),
    [selector],
  );
}
