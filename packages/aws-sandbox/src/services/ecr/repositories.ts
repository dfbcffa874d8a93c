import * as sdk from '@aws-sdk/client-ecr';
import type { Repository } from '@aws-sdk/client-ecr';
import { AwsError, type CallContext, type Operations } from '../../core';
import { page } from '../paging';
import { storeFor } from './images';
import { rulesOf, scheduleLifecycle } from './lifecycle';
import type { RepositoryRecord } from './model';

const arnOf = (context: CallContext, name: string, account = context.account) =>
  `arn:aws:ecr:${context.region}:${account}:repository/${name}`;

const exclusionsOf = (filters: { filter?: string }[] | undefined) =>
  filters?.flatMap(({ filter }) => filter ?? []);

const nameOf = (arn: string | undefined) => arn?.split(':repository/')[1];

const view = (
  context: CallContext,
  repository: RepositoryRecord,
  account = context.account,
): Repository => ({
  repositoryArn: arnOf(context, repository.name, account),
  registryId: account,
  repositoryName: repository.name,
  repositoryUri: `${account}.dkr.ecr.${context.region}.amazonaws.com/${repository.name}`,
  createdAt: new Date(repository.createdAt),
  imageTagMutability: repository.mutability,
  imageTagMutabilityExclusionFilters: repository.exclusions?.map(filter => ({
    filterType: 'WILDCARD',
    filter,
  })),
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: repository.encryption,
});

export const repositoryOperations: Operations<typeof sdk> = {
  CreateRepository(input, context) {
    const { repositories } = storeFor(context);
    const name = input.repositoryName!;
    if (
      !/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(
        name,
      )
    ) {
      throw new AwsError(
        'InvalidParameterException',
        `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''`,
      );
    }
    if (repositories.has(name)) {
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${context.account}'`,
      );
    }
    const repository: RepositoryRecord = {
      name,
      createdAt: context.sandbox.clock.now().toISOString(),
      mutability: input.imageTagMutability ?? 'MUTABLE',
      exclusions: exclusionsOf(input.imageTagMutabilityExclusionFilters),
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      encryption: {
        encryptionType:
          input.encryptionConfiguration?.encryptionType ?? 'AES256',
        kmsKey: input.encryptionConfiguration?.kmsKey,
      },
      tags: Object.fromEntries(
        (input.tags ?? []).map(tag => [tag.Key ?? '', tag.Value ?? '']),
      ),
    };
    repositories.set(name, repository);
    return { repository: view(context, repository) };
  },

  DescribeRepositories(input, context) {
    const store = storeFor(context, input.registryId);
    const all = input.repositoryNames?.length
      ? input.repositoryNames.map(name => store.repository(name))
      : store.repositories
          .values()
          .sort((a, b) => a.name.localeCompare(b.name));
    const { items, next } = page(all, input.nextToken, input.maxResults);
    return {
      repositories: items.map(item => view(context, item, store.account)),
      nextToken: next,
    };
  },

  DeleteRepository(input, context) {
    const store = storeFor(context, input.registryId);
    const repository = store.repository(input.repositoryName);
    const images = store.list(repository.name);
    if (images.length > 0 && !input.force) {
      throw new AwsError(
        'RepositoryNotEmptyException',
        `The repository with name '${repository.name}' in registry with id '${store.account}' cannot be deleted because it still contains images`,
      );
    }
    images.forEach(image => store.remove(image));
    store.repositories.delete(repository.name);
    return { repository: view(context, repository) };
  },

  PutImageScanningConfiguration(input, context) {
    const store = storeFor(context, input.registryId);
    const scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
    store.repositories.set(input.repositoryName!, {
      ...store.repository(input.repositoryName),
      scanOnPush,
    });
    return {
      registryId: store.account,
      repositoryName: input.repositoryName,
      imageScanningConfiguration: { scanOnPush },
    };
  },

  PutImageTagMutability(input, context) {
    const store = storeFor(context, input.registryId);
    const mutability = input.imageTagMutability!;
    store.repositories.set(input.repositoryName!, {
      ...store.repository(input.repositoryName),
      mutability,
      exclusions: exclusionsOf(input.imageTagMutabilityExclusionFilters),
    });
    return {
      registryId: store.account,
      repositoryName: input.repositoryName,
      imageTagMutability: mutability,
    };
  },

  PutLifecyclePolicy(input, context) {
    const store = storeFor(context, input.registryId);
    rulesOf(input.lifecyclePolicyText);
    scheduleLifecycle(context.sandbox, {
      account: store.account,
      repository: store.repository(input.repositoryName).name,
    });
    store.repositories.set(input.repositoryName!, {
      ...store.repository(input.repositoryName),
      lifecyclePolicy: input.lifecyclePolicyText,
    });
    return {
      registryId: store.account,
      repositoryName: input.repositoryName,
      lifecyclePolicyText: input.lifecyclePolicyText,
    };
  },

  GetLifecyclePolicy(input, context) {
    const store = storeFor(context, input.registryId);
    const { lifecyclePolicy } = store.repository(input.repositoryName);
    if (!lifecyclePolicy) {
      throw new AwsError(
        'LifecyclePolicyNotFoundException',
        `Lifecycle policy does not exist for the repository with name '${input.repositoryName}' in the registry with id '${store.account}'`,
      );
    }
    return {
      registryId: store.account,
      repositoryName: input.repositoryName,
      lifecyclePolicyText: lifecyclePolicy,
    };
  },

  SetRepositoryPolicy(input, context) {
    const store = storeFor(context, input.registryId);
    store.repositories.set(input.repositoryName!, {
      ...store.repository(input.repositoryName),
      policy: input.policyText,
    });
    return {
      registryId: store.account,
      repositoryName: input.repositoryName,
      policyText: input.policyText,
    };
  },

  GetRepositoryPolicy(input, context) {
    const store = storeFor(context, input.registryId);
    const { policy } = store.repository(input.repositoryName);
    if (!policy) {
      throw new AwsError(
        'RepositoryPolicyNotFoundException',
        `Repository policy does not exist for the repository with name '${input.repositoryName}' in the registry with id '${store.account}'`,
      );
    }
    return {
      registryId: store.account,
      repositoryName: input.repositoryName,
      policyText: policy,
    };
  },

  GetAuthorizationToken(_input, context) {
    // Worth nothing outside the sandbox: the shim's login reads and drops it.
    return {
      authorizationData: [
        {
          authorizationToken: Buffer.from('AWS:sandbox').toString('base64'),
          expiresAt: new Date(
            context.sandbox.clock.now().getTime() + 12 * 3600_000,
          ),
          proxyEndpoint: `https://${context.account}.dkr.ecr.${context.region}.amazonaws.com`,
        },
      ],
    };
  },

  TagResource(input, context) {
    const store = storeFor(context);
    const repository = store.repository(nameOf(input.resourceArn));
    const tags = Object.fromEntries(
      input.tags!.map(tag => [tag.Key ?? '', tag.Value ?? '']),
    );
    store.repositories.set(repository.name, {
      ...repository,
      tags: { ...repository.tags, ...tags },
    });
    return {};
  },

  UntagResource(input, context) {
    const store = storeFor(context);
    const repository = store.repository(nameOf(input.resourceArn));
    const tags = Object.fromEntries(
      Object.entries(repository.tags).filter(
        ([key]) => !input.tagKeys!.includes(key),
      ),
    );
    store.repositories.set(repository.name, { ...repository, tags });
    return {};
  },

  ListTagsForResource(input, context) {
    const repository = storeFor(context).repository(nameOf(input.resourceArn));
    return {
      tags: Object.entries(repository.tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    };
  },
};
