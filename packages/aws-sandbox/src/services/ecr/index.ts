import { createReadStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import * as sdk from '@aws-sdk/client-ecr';
import { defineService, requirePresigned } from '../../core';
import { imageOperations } from './images';
import { layerOperations } from './layers';
import { startLifecycle } from './lifecycle';
import { lifecyclePreviewOperations } from './lifecyclePreview';
import { repositoryOperations } from './repositories';

/** ECR: images are their real manifests and layers; a digest is the SHA-256 of the manifest's bytes. */
export default defineService({
  id: 'ecr',
  sdk,
  operations: {
    ...repositoryOperations,
    ...imageOperations,
    ...layerOperations,
    ...lifecyclePreviewOperations,
  },
  setup: startLifecycle,
  trail: {
    except: ['UploadLayerPart', 'InitiateLayerUpload', 'CompleteLayerUpload'],
  },
  routes: [
    {
      path: /^\/_ecr\/layers\/([0-9a-f]{64})$/,
      async handle(_request, response, { url, match, sandbox }) {
        requirePresigned(sandbox, url);
        if (
          !sandbox.blobs.has(match[1]) ||
          !existsSync(sandbox.blobs.path(match[1]))
        ) {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, { 'content-type': 'application/octet-stream' });
        await pipeline(
          createReadStream(sandbox.blobs.path(match[1])),
          response,
        );
      },
    },
  ],
});
