import type { PipelineAction, PipelineStatus } from './types';

/** Digests and commits are shown by their first seven characters. */
export function shortRevision(revision: string): string {
  const hash = revision.replace(/^sha256:/, '');
  return /^[0-9a-f]{8,}$/i.test(hash) ? hash.slice(0, 7) : revision;
}

/** The action that stopped the pipeline, if one did: the first that failed. */
export function failedAction(
  pipeline: PipelineStatus,
): PipelineAction | undefined {
  return pipeline.stages
    .flatMap(stage => stage.actions)
    .find(action => action.state === 'failed');
}

/** Tells whether a pipeline named a build in its actions. */
export function hasBuild(pipeline: PipelineStatus, buildId: string): boolean {
  return pipeline.stages.some(stage =>
    stage.actions.some(action => action.buildId === buildId),
  );
}
