import { usePermission } from '@backstage/plugin-permission-react';
import { taskCreatePermission } from '@backstage/plugin-scaffolder-common/alpha';
import { ButtonLink } from '@backstage/ui';
import styles from './HomePage.module.css';

/** Where to start. Who may not create a service is not sent to a form that fails. */
export function StartLinks() {
  const create = usePermission({ permission: taskCreatePermission });
  return (
    <section aria-labelledby="home-start">
      <h2 className={styles.heading} id="home-start">
        Start
      </h2>
      <div className={styles.buttons}>
        {(create.allowed || create.loading) && (
          <>
            <ButtonLink
              size="medium"
              variant="primary"
              href="/create/templates/default/lambda-api"
            >
              New Lambda service
            </ButtonLink>
            <ButtonLink
              size="medium"
              variant="secondary"
              href="/create/templates/default/fargate-service"
            >
              New Fargate service
            </ButtonLink>
            <ButtonLink size="medium" variant="secondary" href="/create">
              All templates
            </ButtonLink>
          </>
        )}
        <ButtonLink size="medium" variant="secondary" href="/catalog">
          Browse the catalog
        </ButtonLink>
      </div>
    </section>
  );
}
