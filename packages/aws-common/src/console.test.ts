import { InputError } from '@backstage/errors';
import {
  buildLogUrl,
  changeSetUrl,
  consoleUrl,
  imageUrl,
  pipelineExecutionUrl,
  ssoUrl,
} from './console';

const place = {
  partition: 'aws',
  region: 'us-east-1',
  accountId: '111111111111',
};
const host = 'https://us-east-1.console.aws.amazon.com';

describe('console links', () => {
  it.each([
    [
      'lambda:us-east-1:111111111111:function:claims-api:live',
      `${host}/lambda/home?region=us-east-1#/functions/claims-api/aliases/live`,
    ],
    [
      'lambda:us-east-1:111111111111:function:claims-api:7',
      `${host}/lambda/home?region=us-east-1#/functions/claims-api/versions/7`,
    ],
    [
      'ecs:us-east-1:111111111111:service-deployment/careplane/web/d1',
      `${host}/ecs/v2/clusters/careplane/services/web/deployments/d1?region=us-east-1`,
    ],
    [
      'codepipeline:us-east-1:111111111111:claims-api',
      `${host}/codesuite/codepipeline/pipelines/claims-api/view?region=us-east-1`,
    ],
  ])('lead from %s to its page', (arn, url) => {
    expect(consoleUrl(`arn:aws:${arn}`)).toBe(url);
  });

  it('lead to an execution, a build log, an image and a change set', () => {
    expect(
      pipelineExecutionUrl(
        'arn:aws:codepipeline:us-east-1:111111111111:p',
        'e1',
      ),
    ).toBe(
      `${host}/codesuite/codepipeline/pipelines/p/executions/e1/timeline?region=us-east-1`,
    );
    expect(buildLogUrl('p-build:0a1b', place)).toBe(
      `${host}/codesuite/codebuild/111111111111/projects/p-build/build/p-build%3A0a1b/log?region=us-east-1`,
    );
    expect(
      imageUrl(
        'arn:aws:ecr:us-east-1:111111111111:repository/web',
        'sha256:ab',
      ),
    ).toBe(
      `${host}/ecr/repositories/private/111111111111/web/_/image/sha256:ab/details?region=us-east-1`,
    );
    const stack = 'arn:aws:cloudformation:us-east-1:111111111111:stack/s/1';
    const set = 'arn:aws:cloudformation:us-east-1:111111111111:changeSet/c/2';
    expect(changeSetUrl(stack, set)).toBe(
      `${host}/cloudformation/home?region=us-east-1#/stacks/changesets/changes?stackId=${encodeURIComponent(
        stack,
      )}&changeSetId=${encodeURIComponent(set)}`,
    );
  });

  it('use the hosts of GovCloud and China, which carry no region', () => {
    expect(
      consoleUrl('arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:f'),
    ).toMatch(/^https:\/\/console\.amazonaws-us-gov\.com\/lambda/);
    expect(
      consoleUrl('arn:aws-cn:lambda:cn-north-1:111111111111:function:f'),
    ).toMatch(/^https:\/\/console\.amazonaws\.cn\/lambda/);
  });

  it('can go through IAM Identity Center', () => {
    expect(ssoUrl('acme', '111111111111', `${host}/x?y=1`)).toBe(
      `https://acme.awsapps.com/start/#/console?account_id=111111111111&destination=${encodeURIComponent(
        `${host}/x?y=1`,
      )}`,
    );
  });

  it('are not made from what is no ARN', () => {
    expect(() => consoleUrl('https://evil.example')).toThrow(InputError);
    expect(() =>
      consoleUrl('arn:aws:lambda:us-east-1:111111111111:function:a/../b'),
    ).toThrow(InputError);
  });
});
