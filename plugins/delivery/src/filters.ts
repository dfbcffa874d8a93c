import type { FilterPredicate } from '@backstage/filter-predicates';
import {
  IMAGE_ANNOTATIONS,
  PIPELINE_ANNOTATIONS,
  QUALITY_ANNOTATIONS,
} from '@careplane/aws-common';

/** Components always show what could be configured; others what is. */
const componentsOnly: FilterPredicate = { kind: 'component' };

type Annotated = Record<`metadata.annotations.${string}`, { $exists: true }>;

const having = (annotations: string[]): FilterPredicate => ({
  $any: annotations.map((key): Annotated => {
    const annotated: Annotated = {};
    annotated[`metadata.annotations.${key}`] = { $exists: true };
    return annotated;
  }),
});

/** Images are for who has a registry: a zip function needs no empty card. */
export const withImages: FilterPredicate = having(IMAGE_ANNOTATIONS);

export const withAnyFacts: FilterPredicate = {
  $any: [
    componentsOnly,
    having([
      ...PIPELINE_ANNOTATIONS,
      ...QUALITY_ANNOTATIONS,
      ...IMAGE_ANNOTATIONS,
    ]),
  ],
};
