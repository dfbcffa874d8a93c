import * as sdk from '@aws-sdk/client-lambda';
import { defineService, requirePresigned } from '../../core';
import { aliasOperations } from './aliasOperations';
import { eventSourceOperations } from './eventSourceOperations';
import { functionOperations } from './functionOperations';
import { invokeOperations } from './invoke';
import { handleSettling } from './lifecycle';
import { limitOperations } from './limitOperations';
import { policyOperations } from './policyOperations';
import { handleProvisioning } from './provisioned';
import { provisionedOperations } from './provisionedOperations';
import { versionOperations } from './versionOperations';

/** Lambda's operations carry the API's date in CloudTrail. */
const EVENT_NAMES: Record<string, string> = {
  UpdateFunctionCode: 'UpdateFunctionCode20150331v2',
  UpdateFunctionConfiguration: 'UpdateFunctionConfiguration20150331v2',
  AddPermission: 'AddPermission20150331v2',
  RemovePermission: 'RemovePermission20150331v2',
  TagResource: 'TagResource20170331v2',
  UntagResource: 'UntagResource20170331v2',
  PutProvisionedConcurrencyConfig: 'PutProvisionedConcurrencyConfig20190930',
  DeleteProvisionedConcurrencyConfig:
    'DeleteProvisionedConcurrencyConfig20190930',
  PutFunctionConcurrency: 'PutFunctionConcurrency20171031',
  DeleteFunctionConcurrency: 'DeleteFunctionConcurrency20171031',
};

/** Lambda: code is stored, versions are frozen, handlers run for real. */
export default defineService({
  id: 'lambda',
  sdk,
  operations: {
    ...functionOperations,
    ...versionOperations,
    ...aliasOperations,
    ...invokeOperations,
    ...policyOperations,
    ...limitOperations,
    ...provisionedOperations,
    ...eventSourceOperations,
  },
  routes: [
    {
      path: /^\/_lambda\/code\/([0-9a-f]{64})$/,
      handle(_request, response, { url, match, sandbox }) {
        requirePresigned(sandbox, url);
        if (!sandbox.blobs.has(match[1])) {
          response.writeHead(404).end();
          return;
        }
        response
          .writeHead(200, { 'content-type': 'application/zip' })
          .end(sandbox.blobs.get(match[1]));
      },
    },
  ],
  trail: {
    except: ['Invoke'],
    eventName: operation => EVENT_NAMES[operation] ?? `${operation}20150331`,
    parameters: ['RoutingConfig', 'CodeSha256', 'Publish', 'DryRun'],
    response: ['RoutingConfig', 'AliasArn', 'CodeSha256', 'State'],
  },
  setup(sandbox) {
    handleSettling(sandbox);
    handleProvisioning(sandbox);
  },
});
