import type { ImageStatus } from '@careplane/backstage-plugin-delivery-common';
import { AwsReader } from '../../../plugins/delivery-backend-module-aws/src/AwsReader';
import { EcrProvider } from '../../../plugins/delivery-backend-module-aws/src/images/EcrProvider';
import { ResourceLocator } from '../../../plugins/delivery-backend-module-aws/src/ResourceLocator';
import { awsOf } from './engine';

/** What the delivery plugin reads of a repository. */
export async function ecrImages(
  account: string,
  repository: string,
): Promise<ImageStatus[]> {
  const { config, ...rest } = awsOf(account);
  const aws = new AwsReader(rest);
  const provider = new EcrProvider({
    aws,
    locator: new ResourceLocator({ aws, config }),
    maxImages: 10,
  });
  const [ref] = await provider.resolve({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: repository,
      annotations: {
        'aws.amazon.com/amazon-ecr-arn': `arn:aws:ecr:us-east-1:${account}:repository/${repository}`,
      },
    },
  });
  return provider.read(ref);
}
