import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { deliveryTranslationRef } from '../translation';
import { BlockCard } from '../ui/BlockCard';
import styles from '../ui/ui.module.css';
import { Pipeline } from './Pipeline';

/** Pipelines of the entity: stages with their actions, and why one failed. */
export function PipelineCard() {
  const { t } = useTranslationRef(deliveryTranslationRef);
  return (
    <BlockCard
      title={t('pipeline.title')}
      height={220}
      empty={t('pipeline.empty')}
      select={delivery => delivery.pipelines}
    >
      {(pipelines, entityRef) =>
        pipelines.map(pipeline => (
          <div key={pipeline.arn} className={styles.section}>
            <Pipeline pipeline={pipeline} entityRef={entityRef} />
          </div>
        ))
      }
    </BlockCard>
  );
}
