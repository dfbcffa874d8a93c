import { useApi } from '@backstage/frontend-plugin-api';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import { useCallback } from 'react';
import { type ReleaseApi, releaseApiRef } from '../api';
import { type Loaded, useLoaded } from './useLoaded';

/** Stages come from config: one answer holds until the page is loaded anew. */
const known = new WeakMap<ReleaseApi, Promise<Stage[]>>();

function stagesOf(api: ReleaseApi): Promise<Stage[]> {
  const asked = known.get(api);
  if (asked) return asked;
  const answer = api.getStages();
  known.set(api, answer);
  answer.catch(() => known.delete(api));
  return answer;
}

/** The stages in the order on the way to users; all parts share one request. */
export function useStages(): Loaded<Stage[]> {
  const api = useApi(releaseApiRef);
  return useLoaded(useCallback(() => stagesOf(api), [api]));
}

/** What people call a stage: its configured title; its name until that is known. */
export function useStageTitle(): (name: string) => string {
  const { value } = useStages();
  return name => value?.find(stage => stage.name === name)?.title ?? name;
}

/**
 * A sentence of the backend with the stage called by its title. Records and the
 * API say its name; names inside identifiers (`svc-prod`, ARNs) stay.
 */
export function withStageTitle(
  sentence: string,
  stage: string,
  title: string,
): string {
  const name = stage.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const alone = new RegExp(`(?<![\\w/:'.-])${name}(?![\\w/:'-]|\\.\\w)`, 'g');
  // A title may hold the name: where it is said already, it stays.
  return sentence
    .split(title)
    .map(part => part.replace(alone, () => title))
    .join(title);
}

/** A sentence that may tell of several stages, each called by its title. */
export function useInTitles(): (sentence: string) => string {
  const { value = [] } = useStages();
  return sentence =>
    value.reduce(
      (said, { name, title }) => withStageTitle(said, name, title),
      sentence,
    );
}

/** What went wrong, for a person: with the stage that it is about by its title. */
export function useSaid(): (cause: unknown, stage?: string) => string {
  const titleOf = useStageTitle();
  return (cause, stage) => {
    const said = cause instanceof Error ? cause.message : String(cause);
    return stage ? withStageTitle(said, stage, titleOf(stage)) : said;
  };
}
