import * as sdk from '@aws-sdk/client-s3';
import { defineService } from '../../core';
import { bucketOperations } from './bucketOperations';
import { listingOperations } from './listing';
import { lockOperations } from './lockOperations';
import { multipartOperations } from './multipart';
import { objectOperations } from './objectOperations';

/**
 * S3 with buckets of all accounts in one namespace. Every account may read and
 * write every bucket: policies are recorded and not evaluated.
 */
export default defineService({
  id: 's3',
  sdk,
  operations: {
    ...bucketOperations,
    ...objectOperations,
    ...listingOperations,
    ...lockOperations,
    ...multipartOperations,
  },
  trail: {
    // Object-level calls are data events, which a trail does not hold by default.
    except: [
      'PutObject',
      'GetObject',
      'HeadObject',
      'CopyObject',
      'DeleteObject',
      'DeleteObjects',
      'GetObjectTagging',
      'PutObjectRetention',
      'GetObjectRetention',
      'PutObjectLegalHold',
      'GetObjectLegalHold',
      'ListObjects',
      'ListObjectsV2',
      'ListObjectVersions',
      'ListParts',
      'ListMultipartUploads',
      'CreateMultipartUpload',
      'UploadPart',
      'CompleteMultipartUpload',
      'AbortMultipartUpload',
    ],
  },
});
