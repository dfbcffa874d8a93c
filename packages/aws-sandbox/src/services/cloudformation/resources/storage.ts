import type { Json, JsonObject } from '../template';
import {
  bool,
  ignoreMissing,
  object,
  tagMap,
  text,
  type ResourceContext,
  type ResourceHandler,
} from './handler';

const json = (value: Json | undefined) =>
  typeof value === 'string' ? value : JSON.stringify(value ?? {});

async function configureBucket(
  Bucket: string,
  properties: JsonObject,
  context: ResourceContext,
) {
  const status = text(object(properties.VersioningConfiguration).Status);
  if (status) {
    await context.call('s3', 'PutBucketVersioning', {
      Bucket,
      VersioningConfiguration: { Status: status },
    });
  }
}

const bucket: ResourceHandler = {
  replaceOn: ['BucketName'],
  async create(properties, context) {
    const Bucket =
      text(properties.BucketName) ?? context.uniqueName(63).toLowerCase();
    await context.call('s3', 'CreateBucket', { Bucket });
    await configureBucket(Bucket, properties, context);
    return {
      physicalId: Bucket,
      attributes: {
        Arn: `arn:aws:s3:::${Bucket}`,
        DomainName: `${Bucket}.s3.amazonaws.com`,
        RegionalDomainName: `${Bucket}.s3.${context.region}.amazonaws.com`,
      },
    };
  },
  async update(physicalId, wanted, _before, context) {
    await configureBucket(physicalId, wanted, context);
    return { physicalId };
  },
  delete: (Bucket, _properties, context) =>
    ignoreMissing(context.call('s3', 'DeleteBucket', { Bucket })),
};

const tags = (properties: JsonObject, context: ResourceContext) =>
  Object.entries(tagMap(properties.Tags, context.tags)).map(([Key, Value]) => ({
    Key,
    Value,
  }));

async function configureRepository(
  repositoryName: string,
  properties: JsonObject,
  context: ResourceContext,
) {
  await context.call('ecr', 'PutImageTagMutability', {
    repositoryName,
    imageTagMutability: text(properties.ImageTagMutability) ?? 'MUTABLE',
  });
  await context.call('ecr', 'PutImageScanningConfiguration', {
    repositoryName,
    imageScanningConfiguration: {
      scanOnPush:
        bool(object(properties.ImageScanningConfiguration).ScanOnPush) ?? false,
    },
  });
  const lifecyclePolicyText = text(
    object(properties.LifecyclePolicy).LifecyclePolicyText,
  );
  if (lifecyclePolicyText) {
    await context.call('ecr', 'PutLifecyclePolicy', {
      repositoryName,
      lifecyclePolicyText,
    });
  }
  if (properties.RepositoryPolicyText) {
    await context.call('ecr', 'SetRepositoryPolicy', {
      repositoryName,
      policyText: json(properties.RepositoryPolicyText),
    });
  }
}

const ecrRepository: ResourceHandler = {
  replaceOn: ['RepositoryName', 'EncryptionConfiguration'],
  taggable: true,
  async create(properties, context) {
    const repositoryName =
      text(properties.RepositoryName) ?? context.uniqueName(256).toLowerCase();
    const encryption = object(properties.EncryptionConfiguration);
    await context.call('ecr', 'CreateRepository', {
      repositoryName,
      tags: tags(properties, context),
      ...(properties.EncryptionConfiguration && {
        encryptionConfiguration: {
          encryptionType: text(encryption.EncryptionType),
          kmsKey: text(encryption.KmsKey),
        },
      }),
    });
    await configureRepository(repositoryName, properties, context);
    return {
      physicalId: repositoryName,
      attributes: {
        Arn: `arn:aws:ecr:${context.region}:${context.account}:repository/${repositoryName}`,
        RepositoryUri: `${context.account}.dkr.ecr.${context.region}.amazonaws.com/${repositoryName}`,
      },
    };
  },
  async update(physicalId, wanted, _before, context) {
    await configureRepository(physicalId, wanted, context);
    return { physicalId };
  },
  delete: (repositoryName, properties, context) =>
    ignoreMissing(
      context.call('ecr', 'DeleteRepository', {
        repositoryName,
        force: bool(properties.EmptyOnDelete) ?? false,
      }),
    ),
};

export const storageResources: Record<string, ResourceHandler> = {
  'AWS::S3::Bucket': bucket,
  'AWS::ECR::Repository': ecrRepository,
};
