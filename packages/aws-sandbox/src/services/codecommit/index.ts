import * as sdk from '@aws-sdk/client-codecommit';
import { defineService } from '../../core';
import { createCommit, putFile } from './commits';
import { gitRoute } from './gitHttp';
import {
  createBranch,
  deleteBranch,
  getBranch,
  listBranches,
  updateDefaultBranch,
} from './branches';
import {
  batchGetCommits,
  getBlob,
  getCommit,
  getDifferences,
  getFile,
  getFolder,
} from './reads';
import {
  batchGetRepositories,
  createRepository,
  deleteRepository,
  getRepository,
  listRepositories,
  listTags,
  tagResource,
  untagResource,
  updateDescription,
} from './repositories';

/** CodeCommit: real git repositories below the data folder. */
export default defineService({
  id: 'codecommit',
  sdk,
  routes: [gitRoute],
  operations: {
    CreateRepository: createRepository,
    GetRepository: getRepository,
    BatchGetRepositories: batchGetRepositories,
    ListRepositories: listRepositories,
    DeleteRepository: deleteRepository,
    UpdateRepositoryDescription: updateDescription,
    UpdateDefaultBranch: updateDefaultBranch,
    CreateBranch: createBranch,
    GetBranch: getBranch,
    ListBranches: listBranches,
    DeleteBranch: deleteBranch,
    CreateCommit: createCommit,
    PutFile: putFile,
    GetCommit: getCommit,
    BatchGetCommits: batchGetCommits,
    GetFile: getFile,
    GetFolder: getFolder,
    GetBlob: getBlob,
    GetDifferences: getDifferences,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTags,
  },
});
