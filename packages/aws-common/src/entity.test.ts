import type { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import fc from 'fast-check';
import {
  imagesOf,
  namedFunctionsOf,
  pipelinesOf,
  sonarProjectsOf,
  stackNameOf,
  targetsOf,
} from './entity';

const entity = (annotations: Record<string, string>): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'claims-api', annotations },
});
const alias = (account: string) =>
  `arn:aws:lambda:us-east-1:${account}:function:claims-api:live`;
const service = 'arn:aws:ecs:us-east-1:222222222222:service/careplane/web';
const pipeline = (name: string) =>
  `arn:aws:codepipeline:us-east-1:111111111111:${name}`;

describe('targetsOf', () => {
  it('lists targets with their stage, several on one stage included', () => {
    const targets = targetsOf(
      entity({
        'careplane.dev/target.dev': alias('111111111111'),
        'careplane.dev/target.qa': `${alias('222222222222')}, ${service}`,
      }),
    );
    expect(targets.map(t => [t.stage, t.resource.kind, t.arn])).toEqual([
      ['dev', 'lambda-alias', alias('111111111111')],
      ['qa', 'lambda-alias', alias('222222222222')],
      ['qa', 'ecs-service', service],
    ]);
  });

  it("lists peers' functions and services without stage, and none twice", () => {
    const fn = 'arn:aws:lambda:us-east-1:111111111111:function:claims-api';
    const targets = targetsOf(
      entity({
        'careplane.dev/target.qa': service,
        'aws.amazon.com/amazon-ecs-service-arn': service,
        'amazon.com/lambda-function-arn': fn,
      }),
    );
    expect(targets.map(t => [t.stage, t.arn])).toEqual([
      ['qa', service],
      [undefined, fn],
    ]);
  });

  it('names annotation and entity of a malformed value', () => {
    expect(() =>
      targetsOf(entity({ 'careplane.dev/target.prod': 'claims-api:live' })),
    ).toThrow(/'careplane.dev\/target.prod' of 'claims-api'.*is not an ARN/);
    expect(() =>
      targetsOf(
        entity({
          'careplane.dev/target.prod':
            'arn:aws:lambda:us-east-1:111111111111:function:claims-api',
        }),
      ),
    ).toThrow(InputError);
    expect(() =>
      targetsOf(entity({ 'careplane.dev/target.': alias('111111111111') })),
    ).toThrow(/is not the name of a stage/);
  });

  it('has none for an entity without annotations', () => {
    const bare = { ...entity({}), metadata: { name: 'x' } };
    expect(targetsOf(bare)).toEqual([]);
    expect(pipelinesOf(bare)).toEqual([]);
  });
});

describe('pipelinesOf and imagesOf', () => {
  it('join ARN, legacy and tag annotations where peers hide the card', () => {
    expect(
      pipelinesOf(
        entity({
          'aws.amazon.com/aws-codepipeline-arn': `${pipeline('a')},${pipeline(
            'b',
          )}`,
          'aws.amazon.com/aws-codepipeline': pipeline('a'),
          'aws.amazon.com/aws-codepipeline-tags': 'team=claims,url=a=b',
        }),
      ).map(ref => (ref.by === 'arn' ? ref.resource.pipeline : ref.tags)),
    ).toEqual([
      'a',
      'b',
      [
        { key: 'team', value: 'claims' },
        { key: 'url', value: 'a=b' },
      ],
    ]);
  });

  it("read Roadie's key for image repositories too", () => {
    const arn = 'arn:aws:ecr:us-east-1:111111111111:repository/team/web';
    expect(
      imagesOf(entity({ 'amazonaws.com/ecr-repository-arn': arn })),
    ).toEqual([expect.objectContaining({ by: 'arn', arn })]);
  });

  it('refuse a tag without value separator', () => {
    expect(() =>
      imagesOf(entity({ 'aws.amazon.com/amazon-ecr-tags': 'claims' })),
    ).toThrow(/'claims' is not a tag/);
  });
});

describe('sonarProjectsOf', () => {
  it('splits one value as peers do: at the first slash, default instance', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{1,9}$/),
        fc.stringMatching(/^[A-Za-z0-9_.:-]{1,20}$/),
        (instance, key) => {
          const of = (value: string) =>
            sonarProjectsOf(entity({ 'sonarqube.org/project-key': value }));
          expect(of(key)).toEqual([{ instance: 'default', projectKey: key }]);
          expect(of(`${instance}/${key}/x`)).toEqual([
            { instance, projectKey: `${key}/x` },
          ]);
        },
      ),
    );
  });

  it('takes several values, and refuses an empty key', () => {
    const key = 'sonarqube.org/project-key';
    expect(sonarProjectsOf(entity({ [key]: 'a, second/b ,a,' }))).toEqual([
      { instance: 'default', projectKey: 'a' },
      { instance: 'second', projectKey: 'b' },
    ]);
    expect(() => sonarProjectsOf(entity({ [key]: 'second/' }))).toThrow(
      InputError,
    );
  });
});

describe('other names', () => {
  it('default the stack to svc-<name> and refuse what is no stack name', () => {
    expect(stackNameOf(entity({}))).toBe('svc-claims-api');
    expect(stackNameOf(entity({ 'careplane.dev/stack': 'old' }))).toBe('old');
    expect(() => stackNameOf(entity({ 'careplane.dev/stack': 'a b' }))).toThrow(
      /careplane.dev\/stack/,
    );
  });

  it("read RoadieHQ's function name only with its region", () => {
    const name = { 'aws.com/lambda-function-name': 'f' };
    expect(() => namedFunctionsOf(entity(name))).toThrow(/lambda-region/);
    expect(
      namedFunctionsOf(
        entity({ ...name, 'aws.com/lambda-region': 'us-east-1' }),
      ),
    ).toEqual([{ functionName: 'f', region: 'us-east-1' }]);
  });
});
