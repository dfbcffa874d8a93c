import { InputError } from '@backstage/errors';
import fc from 'fast-check';
import { formatArn, parseArn } from './arn';
import {
  formatResourceArn,
  parseArnOf,
  parseResourceArn,
  ResourceArn,
} from './resourceArn';

const place = fc.record({
  partition: fc.constantFrom('aws', 'aws-us-gov', 'aws-cn'),
  region: fc.constantFrom('us-east-1', 'eu-central-1'),
  accountId: fc.stringMatching(/^\d{12}$/),
});
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,40}$/);

const resource: fc.Arbitrary<ResourceArn> = place.chain(at =>
  fc.oneof(
    name.map(functionName => ({
      ...at,
      kind: 'lambda-function' as const,
      functionName,
    })),
    fc.tuple(name, name).map(([functionName, alias]) => ({
      ...at,
      kind: 'lambda-alias' as const,
      functionName,
      alias,
    })),
    fc.tuple(name, fc.nat()).map(([functionName, version]) => ({
      ...at,
      kind: 'lambda-version' as const,
      functionName,
      version: String(version),
    })),
    fc.tuple(name, name).map(([cluster, service]) => ({
      ...at,
      kind: 'ecs-service' as const,
      cluster,
      service,
    })),
    fc.tuple(name, fc.integer({ min: 1, max: 9999 })).map(([family, n]) => ({
      ...at,
      kind: 'ecs-task-definition' as const,
      family,
      revision: n,
    })),
    name.map(pipeline => ({ ...at, kind: 'codepipeline' as const, pipeline })),
    fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\/[a-z0-9]{1,8})?$/).map(r => ({
      ...at,
      kind: 'ecr-repository' as const,
      repository: r,
    })),
  ),
);

describe('ARNs', () => {
  it('read back as what was written, for every kind', () => {
    fc.assert(
      fc.property(resource, value => {
        expect(parseResourceArn(formatResourceArn(value))).toEqual(value);
      }),
    );
  });

  it('write back exactly what was read', () => {
    fc.assert(
      fc.property(resource, value => {
        const text = formatResourceArn(value);
        expect(formatArn(parseArn(text))).toBe(text);
      }),
    );
  });

  it('never throw anything but an InputError, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(() => parseResourceArn(text)).toThrow(InputError);
      }),
    );
  });

  it('tell an alias from a version by its qualifier', () => {
    const base = 'arn:aws:lambda:us-east-1:111111111111:function:claims-api';
    expect(parseResourceArn(`${base}:live`).kind).toBe('lambda-alias');
    expect(parseResourceArn(`${base}:2-live`).kind).toBe('lambda-alias');
    expect(parseResourceArn(`${base}:7`).kind).toBe('lambda-version');
    expect(parseResourceArn(`${base}:$LATEST`).kind).toBe('lambda-version');
    expect(parseResourceArn(base).kind).toBe('lambda-function');
  });

  it('say what was expected when the kind is another', () => {
    expect(() =>
      parseArnOf(
        'arn:aws:lambda:us-east-1:111111111111:function:f',
        'lambda-alias',
      ),
    ).toThrow(/is not the ARN of a lambda-alias.*function:claims-api:live/);
  });

  it.each([
    ['a short account', 'arn:aws:lambda:us-east-1:1111:function:f'],
    ['a line break', 'arn:aws:codepipeline:us-east-1:111111111111:a\nb'],
    ['a comma', 'arn:aws:codepipeline:us-east-1:111111111111:a,b'],
    [
      'an ECS service of the old short form',
      'arn:aws:ecs:us-east-1:111111111111:service/web',
    ],
    [
      'a task definition without revision',
      'arn:aws:ecs:us-east-1:111111111111:task-definition/web',
    ],
  ])('refuse %s', (_, text) => {
    expect(() => parseResourceArn(text)).toThrow(InputError);
  });

  it('quote a long value shortened', () => {
    expect(() => parseArn('x'.repeat(5000))).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^.{1,300}$/),
      }),
    );
  });
});
