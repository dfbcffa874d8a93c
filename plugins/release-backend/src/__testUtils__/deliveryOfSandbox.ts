import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import Router from 'express';
import { DEV } from './stacks';

interface ImageDetail {
  imageDigest: string;
  imageTags?: string[];
  imageScanFindingsSummary?: {
    findingSeverityCounts?: { CRITICAL?: number };
  };
}

/** Answers as the delivery plugin does, with the images that the sandbox has. */
export const deliveryOf = (sandbox: RunningSandbox) =>
  createBackendPlugin({
    pluginId: 'delivery',
    register(env) {
      env.registerInit({
        deps: { router: coreServices.httpRouter },
        async init({ router }) {
          const api = Router();
          const none = { state: 'empty', items: [] };
          api.get('/entities/:kind/:namespace/:name', async (asked, answer) => {
            const { imageDetails } = await sandbox.call<{
              imageDetails: ImageDetail[];
            }>(
              'ecr',
              'DescribeImages',
              { repositoryName: asked.params.name },
              { account: DEV },
            );
            answer.json({
              entityRef: `component:default/${asked.params.name}`,
              pipelines: none,
              quality: none,
              images: {
                state: 'ok',
                items: imageDetails.map(image => ({
                  digest: image.imageDigest,
                  tags: image.imageTags ?? [],
                  url: 'http://localhost',
                  scan: image.imageScanFindingsSummary
                    ? 'complete'
                    : 'not-scanned',
                  severities: {
                    critical:
                      image.imageScanFindingsSummary?.findingSeverityCounts
                        ?.CRITICAL ?? 0,
                  },
                })),
              },
            });
          });
          router.use(api);
        },
      });
    },
  });
