import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarizeTemplate } from './templateSummary';

const PLANTED = 'MRN-0042-PLANTED';
const lambda = (options: { hash: string; extra?: string; memory?: string }) => `
Parameters: { Memory: { Type: Number, Default: 128 } }
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: claims-api
      MemorySize: ${options.memory ?? '!Ref Memory'}
      Timeout: 10
      Runtime: nodejs22.x
      Role: !GetAtt Role.Arn
      Code: { S3Bucket: !Ref CodeBucket, S3Key: !Ref CodeKey }
      Environment:
        Variables: { STAGE: !Ref Stage, NOTE: ${PLANTED}${options.extra ?? ''} }
  Version${options.hash}:
    Type: AWS::Lambda::Version
    Properties: { FunctionName: !Ref Function }
  Alias:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionVersion: !If [UseLatest, !GetAtt Version${
        options.hash
      }.Version, !Ref LiveVersion]
`;

describe('the summary of a template', () => {
  it('has names and figures that are written out, and no value of the environment', () => {
    const summary = summarizeTemplate(lambda({ hash: 'aaa' }));
    expect(summary.configuration).toMatchObject({
      environment: { value: ['NOTE', 'STAGE'] },
      timeout: { value: '10 s' },
      runtime: { value: 'nodejs22.x' },
      layers: { value: [] },
    });
    expect(summary.configuration.memory?.value).toBeUndefined();
    expect(summary.configuration.role?.value).toBeUndefined();
    expect(JSON.stringify(summary)).not.toContain(PLANTED);
  });

  it('is the same for another build of the same template', () => {
    expect(summarizeTemplate(lambda({ hash: 'bbb' }))).toEqual(
      summarizeTemplate(lambda({ hash: 'aaa' })),
    );
  });

  it('does not count what a version freezes as infrastructure', () => {
    const one = summarizeTemplate(lambda({ hash: 'a' }));
    const two = summarizeTemplate(
      lambda({ hash: 'b', memory: '512', extra: ', TABLE: claims' }),
    );
    expect(two.resources).toEqual(one.resources);
    expect(two.configuration.environment?.value).toEqual([
      'NOTE',
      'STAGE',
      'TABLE',
    ]);
    expect(two.configuration.memory?.value).toBe('512 MB');
  });

  it('an environment that depends on the stack is not told', () => {
    const summary = summarizeTemplate(
      lambda({ hash: 'a', extra: ', X: !If [C, y, !Ref AWS::NoValue]' }),
    );
    expect(summary.configuration.environment?.value).toBeUndefined();
  });

  it('reads the task definition of the template that Careplane generates', () => {
    const root = join(__dirname, '../../../../templates');
    const text = readFileSync(
      join(root, 'fargate-service/content/template.yaml'),
      'utf8',
    ).replace(/\$\{\{ values\.[a-zA-Z]+ \}\}/g, 'value');
    const { configuration, resources } = summarizeTemplate(text);
    expect(configuration.environment?.value).toEqual(expect.any(Array));
    expect(configuration.containers?.value).toEqual(expect.any(Array));
    expect(configuration.logDriver?.value).toContain('awslogs');
    expect(Object.values(resources).map(one => one.type)).toContain(
      'AWS::ECS::Service',
    );
  });
});
