import {
  CodePipelineClient,
  GetPipelineCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PipelineDeclaration,
} from '@aws-sdk/client-codepipeline';
import type { Entity } from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import {
  parseArnOf,
  PIPELINE_ANNOTATIONS,
  pipelinesOf,
} from '@careplane/aws-common';
import type {
  FailureCause,
  PipelineStatus,
} from '@careplane/backstage-plugin-delivery-common';
import type {
  PipelineProvider,
  SourceRef,
} from '@careplane/backstage-plugin-delivery-node';
import type { AwsReader, Place } from '../AwsReader';
import { ResourceLocator, toSourceRef } from '../ResourceLocator';
import { readBuildCause } from './buildCause';
import { toPipelineStatus } from './pipelineStatus';

/** The last success is looked for in this many executions (AWS's page). */
const EXECUTIONS = 100;
const ACTIONS = 100;

/**
 * Pipelines of CodePipeline. A reading costs three calls, and a fourth one
 * after the pipeline's definition changed.
 */
export class CodePipelineProvider implements PipelineProvider {
  readonly id = 'codepipeline';
  readonly annotations = PIPELINE_ANNOTATIONS;
  readonly #aws: AwsReader;
  readonly #locator: ResourceLocator;
  readonly #definitions = new Map<
    string,
    { version: number | undefined; definition: PipelineDeclaration }
  >();

  constructor(options: { aws: AwsReader; locator: ResourceLocator }) {
    this.#aws = options.aws;
    this.#locator = options.locator;
  }

  async resolve(entity: Entity): Promise<SourceRef[]> {
    return pipelinesOf(entity).map(toSourceRef);
  }

  async read(ref: SourceRef): Promise<PipelineStatus[]> {
    const arns = await this.#locator.arnsOf(ref, 'codepipeline');
    const pipelines: PipelineStatus[] = [];
    for (const arn of arns) pipelines.push(await this.#readOne(arn));
    return pipelines;
  }

  async cause(ref: SourceRef, buildId: string): Promise<FailureCause> {
    const { accountId, region, partition } = parseArnOf(
      ref.key,
      'codepipeline',
    );
    return readBuildCause(this.#aws, { accountId, region, partition }, buildId);
  }

  async #readOne(arn: string): Promise<PipelineStatus> {
    const {
      pipeline: name,
      accountId,
      region,
    } = parseArnOf(arn, 'codepipeline');
    const place = { accountId, region };
    const call = <O>(
      operation: string,
      run: (client: CodePipelineClient) => Promise<O>,
    ) =>
      this.#aws.call(
        CodePipelineClient,
        place,
        { service: 'codepipeline', operation, resource: `pipeline ${name}` },
        run,
      );

    const state = await call('GetPipelineState', client =>
      client.send(new GetPipelineStateCommand({ name })),
    );
    const definition = await this.#definition(
      arn,
      name,
      place,
      state.pipelineVersion,
    );
    const { pipelineExecutionSummaries: executions = [] } = await call(
      'ListPipelineExecutions',
      client =>
        client.send(
          new ListPipelineExecutionsCommand({
            pipelineName: name,
            maxResults: EXECUTIONS,
          }),
        ),
    );
    const current = executions[0]?.pipelineExecutionId;
    const actions = current
      ? (
          await call('ListActionExecutions', client =>
            client.send(
              new ListActionExecutionsCommand({
                pipelineName: name,
                maxResults: ACTIONS,
                filter: { pipelineExecutionId: current },
              }),
            ),
          )
        ).actionExecutionDetails ?? []
      : [];
    return toPipelineStatus({ arn, definition, state, executions, actions });
  }

  async #definition(
    arn: string,
    name: string,
    place: Place,
    version: number | undefined,
  ): Promise<PipelineDeclaration> {
    const known = this.#definitions.get(arn);
    if (known && version !== undefined && known.version === version) {
      return known.definition;
    }
    const { pipeline } = await this.#aws.call(
      CodePipelineClient,
      place,
      {
        service: 'codepipeline',
        operation: 'GetPipeline',
        resource: `pipeline ${name}`,
      },
      client => client.send(new GetPipelineCommand({ name })),
    );
    if (!pipeline) throw new NotFoundError(`Pipeline '${name}' has no stages.`);
    this.#definitions.set(arn, { version, definition: pipeline });
    return pipeline;
  }
}
