import type { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { QUALITY_ANNOTATIONS, sonarProjectsOf } from '@careplane/aws-common';
import type { QualityStatus } from '@careplane/backstage-plugin-delivery-common';
import type {
  QualityProvider,
  SourceRef,
} from '@careplane/backstage-plugin-delivery-node';
import type { SonarInstance } from './instances';
import { toQualityStatus } from './qualityStatus';
import { SonarClient } from './SonarClient';

/** Quality gates of SonarQube: five calls a reading, one where never analysed. */
export class SonarQualityProvider implements QualityProvider {
  readonly id = 'sonarqube';
  readonly annotations = QUALITY_ANNOTATIONS;
  readonly #instances: Map<string, SonarInstance>;

  constructor(instances: Map<string, SonarInstance>) {
    this.#instances = instances;
  }

  async resolve(entity: Entity): Promise<SourceRef[]> {
    return sonarProjectsOf(entity).map(({ instance, projectKey }) => ({
      key: `${instance}/${projectKey}`,
      lane: `sonarqube/${instance}`,
    }));
  }

  async read(ref: SourceRef): Promise<QualityStatus[]> {
    const slash = ref.key.indexOf('/');
    const name = ref.key.slice(0, slash);
    const key = ref.key.slice(slash + 1);
    const instance = this.#instances.get(name);
    if (!instance) {
      throw new InputError(
        name === 'default'
          ? "SonarQube is not configured. Set 'sonarqube.baseUrl' and 'sonarqube.apiKey'."
          : `SonarQube instance '${name}' is not in 'sonarqube.instances'.`,
      );
    }
    const client = new SonarClient(instance);
    const component = await client.component(key);
    if (!component.analysisDate) {
      return [
        toQualityStatus({
          instance,
          component,
          status: { status: 'NONE', conditions: [] },
          measures: [],
          branches: [],
        }),
      ];
    }
    const [status, measures, analysis, branches] = await Promise.all([
      client.projectStatus(key),
      client.measures(key),
      client.lastAnalysis(key),
      client.branches(key),
    ]);
    return [
      toQualityStatus({
        instance,
        component,
        status,
        measures,
        analysis,
        branches,
      }),
    ];
  }
}
