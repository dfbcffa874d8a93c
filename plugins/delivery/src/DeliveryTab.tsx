import { ImagesCard } from './images/ImagesCard';
import { PipelineCard } from './pipeline/PipelineCard';
import { QualityCard } from './quality/QualityCard';
import styles from './DeliveryTab.module.css';

/** All delivery facts of an entity on one tab. */
export function DeliveryTab() {
  return (
    <div className={styles.grid}>
      <div className={styles.wide}>
        <PipelineCard />
      </div>
      <QualityCard />
      <div className={styles.full}>
        <ImagesCard />
      </div>
    </div>
  );
}
