import * as sdk from '@aws-sdk/client-codebuild';
import { defineService } from '../../core';
import { BuildQueue } from './BuildQueue';
import {
  batchGetBuilds,
  initiatorOf,
  listBuilds,
  listBuildsForProject,
  retryBuild,
  startBuild,
  stopBuild,
  toBuild,
} from './builds';
import {
  batchGetProjects,
  createProject,
  deleteProject,
  listProjects,
  updateProject,
} from './projects';

/** CodeBuild: runs the buildspec's commands as child processes. */
export default defineService({
  id: 'codebuild',
  sdk,
  setup(sandbox) {
    BuildQueue.of(sandbox).failInterrupted();
  },
  operations: {
    CreateProject: createProject,
    UpdateProject: updateProject,
    DeleteProject: deleteProject,
    BatchGetProjects: batchGetProjects,
    ListProjects: listProjects,
    StartBuild: (input, ctx) => ({
      build: toBuild(ctx.sandbox, startBuild(ctx, input, initiatorOf(ctx))),
    }),
    StopBuild: stopBuild,
    RetryBuild: retryBuild,
    BatchGetBuilds: batchGetBuilds,
    ListBuilds: listBuilds,
    ListBuildsForProject: listBuildsForProject,
  },
});
