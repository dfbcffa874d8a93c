import type { WriteContext } from './targets';

/** Pipeline writes that belong to release managers. */
export interface PipelinePort {
  retry(
    pipelineArn: string,
    stage: string,
    executionId: string,
    context: WriteContext,
  ): Promise<{ executionId: string; requestId?: string }>;
}
