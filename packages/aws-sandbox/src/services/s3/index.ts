import * as sdk from '@aws-sdk/client-s3';
import { defineService } from '../../core';
import { bucketOperations } from './bucketOperations';
import { listingOperations } from './listing';
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
  },
  trail: {
    // Object-level calls are data events, which a trail does not hold by default.
    except: ['PutObject', 'CopyObject', 'DeleteObject', 'DeleteObjects'],
  },
});
