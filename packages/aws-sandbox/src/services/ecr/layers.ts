import { createHash, randomUUID } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-ecr';
import { AwsError, presign, type Operations, type Sandbox } from '../../core';
import { ImageStore } from './ImageStore';

/** How long a layer's address may be read. */
const LAYER_ADDRESS_SECONDS = 3600;

const folder = (sandbox: Sandbox) => {
  const path = join(sandbox.dataDir, 'ecr-uploads');
  mkdirSync(path, { recursive: true });
  return path;
};

const uploadPath = (sandbox: Sandbox, id: string | undefined) => {
  if (!id || !/^[0-9a-f-]{36}$/.test(id)) {
    throw new AwsError(
      'UploadNotFoundException',
      `The upload '${id}' does not exist`,
    );
  }
  return join(folder(sandbox), id);
};

const sizeOf = (path: string, id: string | undefined) => {
  try {
    return statSync(path).size;
  } catch {
    throw new AwsError(
      'UploadNotFoundException',
      `The upload '${id}' does not exist`,
    );
  }
};

/** Layers: what `docker push` uses of ECR. */
export const layerOperations: Operations<typeof sdk> = {
  BatchCheckLayerAvailability(input, { sandbox, account }) {
    const images = new ImageStore(sandbox, account);
    images.repository(input.repositoryName);
    return {
      layers: input.layerDigests!.map(layerDigest => ({
        layerDigest,
        layerAvailability: images.hasLayer(layerDigest)
          ? 'AVAILABLE'
          : 'UNAVAILABLE',
        layerSize: images.hasLayer(layerDigest)
          ? statSync(images.layerPath(layerDigest)).size
          : undefined,
      })),
      failures: [],
    };
  },

  InitiateLayerUpload(input, { sandbox, account }) {
    new ImageStore(sandbox, account).repository(input.repositoryName);
    const uploadId = randomUUID();
    appendFileSync(uploadPath(sandbox, uploadId), '');
    return { uploadId, partSize: 10 * 1024 * 1024 };
  },

  UploadLayerPart(input, { sandbox, account }) {
    const path = uploadPath(sandbox, input.uploadId);
    const size = sizeOf(path, input.uploadId);
    if (input.partFirstByte !== size) {
      throw new AwsError(
        'InvalidLayerPartException',
        'The layer part does not continue the upload',
        {
          fields: {
            lastValidByteReceived: size - 1,
            uploadId: input.uploadId,
            repositoryName: input.repositoryName,
            registryId: account,
          },
        },
      );
    }
    appendFileSync(path, input.layerPartBlob!);
    return {
      registryId: account,
      repositoryName: input.repositoryName,
      uploadId: input.uploadId,
      lastByteReceived: input.partLastByte,
    };
  },

  CompleteLayerUpload(input, { sandbox, account }) {
    const path = uploadPath(sandbox, input.uploadId);
    sizeOf(path, input.uploadId);
    const bytes = readFileSync(path);
    const layerDigest = `sha256:${createHash('sha256')
      .update(bytes)
      .digest('hex')}`;
    if (!input.layerDigests!.includes(layerDigest)) {
      throw new AwsError(
        'InvalidLayerException',
        `The layer's digest is ${layerDigest}, not one of those given`,
      );
    }
    sandbox.blobs.put(bytes);
    rmSync(path, { force: true });
    return {
      registryId: account,
      repositoryName: input.repositoryName,
      uploadId: input.uploadId,
      layerDigest,
    };
  },

  GetDownloadUrlForLayer(input, { sandbox, account }) {
    const images = new ImageStore(sandbox, account);
    images.repository(input.repositoryName);
    if (!images.hasLayer(input.layerDigest!)) {
      throw new AwsError(
        'LayersNotFoundException',
        `The layer '${input.layerDigest}' does not exist`,
      );
    }
    return {
      layerDigest: input.layerDigest,
      downloadUrl: presign(
        sandbox,
        `/_ecr/layers/${input.layerDigest!.replace('sha256:', '')}`,
        LAYER_ADDRESS_SECONDS,
      ),
    };
  },
};
