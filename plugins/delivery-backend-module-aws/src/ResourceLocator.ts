import {
  GetResourcesCommand,
  GetResourcesCommandInput,
  GetResourcesCommandOutput,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { Ref, ResourceKind, TagsRef } from '@careplane/aws-common';
import type { SourceRef } from '@careplane/backstage-plugin-delivery-node';
import { AwsReader, laneOf, Place } from './AwsReader';

type Tags = TagsRef['tags'];

const TAGS = 'tags:';
/** The one of the peers' locators that is supported. */
const SUPPORTED = 'resourceTaggingApi';
/** Pages of 100 resources; more than that is a tag that says nothing. */
const MAX_PAGES = 10;

/**
 * The resource that a reference of an entity names, as the poller knows it.
 * Several entities with the same tags share one reading.
 */
export function toSourceRef(ref: Ref<ResourceKind>): SourceRef {
  if (ref.by === 'arn') {
    const { accountId, region } = ref.resource;
    return { key: ref.arn, lane: laneOf({ accountId, region }) };
  }
  const tags = ref.tags.map(({ key, value }) => [key, value]).sort();
  return { key: `${TAGS}${JSON.stringify(tags)}`, lane: TAGS };
}

/**
 * Finds resources by tags with the Resource Groups Tagging API, in all accounts
 * of the config or in those of the peers' keys
 * `aws.locator.resourceTaggingApi.{accounts,regions}`.
 */
export class ResourceLocator {
  readonly #aws: AwsReader;
  readonly #type: string;
  readonly #accounts: string[] | undefined;
  readonly #regions: string[] | undefined;

  constructor(options: { aws: AwsReader; config: Config }) {
    const { config } = options;
    const locator = config.getOptionalConfig('aws.locator');
    this.#type = locator?.getOptionalString('type') ?? SUPPORTED;
    this.#aws = options.aws;
    this.#accounts = locator?.getOptionalStringArray(
      'resourceTaggingApi.accounts',
    );
    this.#regions = locator?.getOptionalStringArray(
      'resourceTaggingApi.regions',
    );
  }

  /**
   * The ARNs behind a reference: itself, or what has all the tags.
   *
   * @param type - AWS's resource type filter, for example `ecr:repository`.
   * @throws InputError where tags are used with an unsupported locator.
   */
  async arnsOf(ref: SourceRef, type: string): Promise<string[]> {
    if (!ref.key.startsWith(TAGS)) return [ref.key];
    // Who names everything by ARN is not bothered by another locator.
    if (this.#type !== SUPPORTED) {
      throw new InputError(
        `'aws.locator.type: ${
          this.#type
        }' is not supported. Use ${SUPPORTED}, or name resources by ARN.`,
      );
    }
    const pairs: [string, string][] = JSON.parse(ref.key.slice(TAGS.length));
    const tags = pairs.map(([key, value]) => ({ key, value }));
    const found: string[] = [];
    for (const place of this.#places()) {
      found.push(...(await this.#find(place, tags, type)));
    }
    return [...new Set(found)].sort();
  }

  #places(): Place[] {
    const places = this.#aws
      .places()
      .filter(
        ({ accountId }) =>
          !this.#accounts?.length || this.#accounts.includes(accountId),
      );
    const regions = this.#regions;
    if (!regions?.length) return places;
    return places.flatMap(({ accountId }) =>
      regions.map(region => ({ accountId, region })),
    );
  }

  async #find(place: Place, tags: Tags, type: string): Promise<string[]> {
    const arns: string[] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const output = await this.#page(place, {
        ResourceTypeFilters: [type],
        TagFilters: tags.map(({ key, value }) => ({
          Key: key,
          Values: [value],
        })),
        PaginationToken: token,
      });
      for (const { ResourceARN } of output.ResourceTagMappingList ?? []) {
        if (ResourceARN) arns.push(ResourceARN);
      }
      token = output.PaginationToken || undefined;
      if (!token) return arns;
    }
    return arns;
  }

  #page(
    place: Place,
    input: GetResourcesCommandInput,
  ): Promise<GetResourcesCommandOutput> {
    return this.#aws.call(
      ResourceGroupsTaggingAPIClient,
      place,
      { service: 'tag', operation: 'GetResources' },
      client => client.send(new GetResourcesCommand(input)),
    );
  }
}
