import {
  BatchGetApplicationsCommand,
  BatchGetDeploymentGroupsCommand,
  CodeDeployClient,
  DeploymentGroupInfo,
  GetDeploymentGroupCommand,
  ListApplicationsCommand,
  ListDeploymentGroupsCommand,
} from '@aws-sdk/client-codedeploy';
import { NotFoundError } from '@backstage/errors';
import { formatResourceArn, parseArnOf } from '@careplane/aws-common';
import { AwsClients, Lane, withAwsErrors } from '@careplane/aws-node';
import type { Place } from './DeploymentReader';

/** At most so many pages of applications, and of groups of each. */
const MAX_PAGES = 5;
/** Names that AWS takes at once: of applications, and of groups. */
const APPLICATIONS = 100;
const BATCH = 25;

/** ARN of a group in the account, region and partition of another ARN. */
export function groupArn(
  of: { partition: string } & Place,
  group: { application: string; group: string },
): string {
  const { partition, accountId, region } = of;
  return formatResourceArn({
    kind: 'codedeploy-group',
    partition,
    accountId,
    region,
    ...group,
  });
}

/** Reads of applications and deployment groups. */
export class GroupReader {
  constructor(private readonly clients: AwsClients) {}

  /** Undefined where there is no such group. */
  async get(
    place: Place,
    arn: string,
    lane: Lane = 'normal',
  ): Promise<DeploymentGroupInfo | undefined> {
    const { application, group } = parseArnOf(arn, 'codedeploy-group');
    try {
      const { deploymentGroupInfo } = await this.send(
        place,
        'GetDeploymentGroup',
        client =>
          client.send(
            new GetDeploymentGroupCommand({
              applicationName: application,
              deploymentGroupName: group,
            }),
          ),
        { lane, resource: `deployment group ${group}` },
      );
      return deploymentGroupInfo;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** Applications whose groups deploy ECS services. */
  async ecsApplications(place: Place, lane?: Lane): Promise<string[]> {
    const names = await this.pages(async nextToken => {
      const answer = await this.send(
        place,
        'ListApplications',
        client => client.send(new ListApplicationsCommand({ nextToken })),
        { lane },
      );
      return { items: answer.applications, nextToken: answer.nextToken };
    });
    const found = await this.batches(names, APPLICATIONS, async part => {
      const command = new BatchGetApplicationsCommand({
        applicationNames: part,
      });
      const answer = await this.send(
        place,
        'BatchGetApplications',
        client => client.send(command),
        { lane },
      );
      return answer.applicationsInfo;
    });
    return found.flatMap(one =>
      one.computePlatform === 'ECS' ? one.applicationName ?? [] : [],
    );
  }

  /** All groups of an application. */
  async ofApplication(
    place: Place,
    applicationName: string,
    lane?: Lane,
  ): Promise<DeploymentGroupInfo[]> {
    const names = await this.pages(async nextToken => {
      const answer = await this.send(
        place,
        'ListDeploymentGroups',
        client =>
          client.send(
            new ListDeploymentGroupsCommand({ applicationName, nextToken }),
          ),
        { lane },
      );
      return { items: answer.deploymentGroups, nextToken: answer.nextToken };
    });
    return this.batches(names, BATCH, async deploymentGroupNames => {
      const answer = await this.send(
        place,
        'BatchGetDeploymentGroups',
        client =>
          client.send(
            new BatchGetDeploymentGroupsCommand({
              applicationName,
              deploymentGroupNames,
            }),
          ),
        { lane },
      );
      return answer.deploymentGroupsInfo;
    });
  }

  private async batches<T>(
    names: string[],
    size: number,
    read: (part: string[]) => Promise<T[] | undefined>,
  ): Promise<T[]> {
    const found: T[] = [];
    for (let at = 0; at < names.length; at += size) {
      found.push(...((await read(names.slice(at, at + size))) ?? []));
    }
    return found;
  }

  private async pages(
    read: (
      token: string | undefined,
    ) => Promise<{ items?: string[]; nextToken?: string }>,
  ): Promise<string[]> {
    const found: string[] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { items = [], nextToken } = await read(token);
      found.push(...items);
      token = nextToken;
      if (!token) break;
    }
    return found;
  }

  private send<T>(
    place: Place,
    operation: string,
    send: (client: CodeDeployClient) => Promise<T>,
    options: { lane?: Lane; resource?: string } = {},
  ): Promise<T> {
    const { lane, resource = 'deployment groups of CodeDeploy' } = options;
    return withAwsErrors(
      { service: 'codedeploy', operation, ...place, resource },
      () => send(this.clients.read(CodeDeployClient, place, { lane })),
    );
  }
}
