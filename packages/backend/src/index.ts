import { createBackend } from '@backstage/backend-defaults';
import { partOf } from './part';

const part = partOf(process.env.CAREPLANE_PART);
const backend = createBackend();

backend.add(import('./rootHttpRouter'));
backend.add(import('@careplane/aws-node'));

if (part !== 'release') {
  backend.add(import('@backstage/plugin-app-backend'));

  backend.add(import('@backstage/plugin-auth-backend'));
  backend.add(import('@backstage/plugin-auth-backend-module-oidc-provider'));

  backend.add(import('@backstage/plugin-permission-backend'));
  backend.add(
    import('@careplane/backstage-plugin-permission-backend-module-careplane'),
  );

  backend.add(import('@backstage/plugin-catalog-backend'));
  backend.add(
    import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'),
  );
  backend.add(import('@backstage/plugin-catalog-backend-module-logs'));
  backend.add(
    import('@careplane/backstage-plugin-catalog-backend-module-careplane'),
  );

  backend.add(import('@backstage/plugin-scaffolder-backend'));
  backend.add(
    import('@backstage/plugin-scaffolder-backend-module-notifications'),
  );
  // A step that is retried finds the files of the steps before it.
  backend.add(
    import('@backstage/plugin-scaffolder-backend-module-workspace-database'),
  );
  backend.add(
    import('@careplane/backstage-plugin-scaffolder-backend-module-careplane'),
  );

  backend.add(import('@backstage/plugin-techdocs-backend'));

  backend.add(import('@backstage/plugin-search-backend'));
  backend.add(import('@backstage/plugin-search-backend-module-catalog'));
  backend.add(import('@backstage/plugin-search-backend-module-techdocs'));
  backend.add(import('./searchEngine'));

  backend.add(import('@backstage/plugin-user-settings-backend'));
  backend.add(import('@backstage/plugin-notifications-backend'));
  backend.add(import('@backstage/plugin-signals-backend'));
  backend.add(import('@backstage/plugin-events-backend'));
  backend.add(import('@backstage/plugin-mcp-actions-backend'));

  backend.add(import('@careplane/backstage-plugin-delivery-backend'));
  backend.add(
    import('@careplane/backstage-plugin-delivery-backend-module-aws'),
  );
  backend.add(
    import('@careplane/backstage-plugin-delivery-backend-module-sonarqube'),
  );
}

if (part !== 'general') {
  backend.add(import('@careplane/backstage-plugin-release-backend'));
  backend.add(import('@careplane/backstage-plugin-release-backend-module-aws'));
}

backend.start();
