import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { DeliveryClient } from '@careplane/backstage-plugin-delivery-common';
import {
  isTerminal,
  parseReleaseTargetRef,
  releasePermissions,
  releaseReadPermission,
} from '@careplane/backstage-plugin-release-common';
import {
  releaseDriversExtensionPoint,
  releaseTargetResourceRef,
} from '@careplane/backstage-plugin-release-node';
import { registerActions } from './actions';
import { componentsOf } from './catalogComponents';
import { componentOf } from './components';
import { readReleaseConfig } from './config';
import { AuthorizedDrills } from './drills/AuthorizedDrills';
import { Drills } from './drills/Drills';
import { DriverRegistry } from './drivers';
import { Engine } from './engine/Engine';
import type { RolloutRecord } from './engine/model';
import { targetOfRecord } from './engine/targetOfRecord';
import { DeliveryFacts } from './gates/DeliveryFacts';
import { freezeAt } from './gates/freezes';
import { GateCollector } from './gates/GateCollector';
import { Poller } from './poll/Poller';
import { ReleaseReader } from './poll/ReleaseReader';
import { TargetReader } from './poll/TargetReader';
import { Waker } from './poll/Waker';
import { FolderArchive } from './retention/EvidenceArchive';
import { Retention } from './retention/Retention';
import { createRouter } from './router';
import { Access } from './service/Access';
import { ActService } from './service/ActService';
import { requireUnchanged } from './service/adoption';
import { AuthorizedReads } from './service/AuthorizedReads';
import type { AuthorizedReleaseService } from './service/AuthorizedReleaseService';
import { AuthorizedRollouts } from './service/AuthorizedRollouts';
import { AuthorizedTargets } from './service/AuthorizedTargets';
import { Door } from './service/Door';
import { Owners } from './service/Owners';
import { PageSignals } from './service/PageSignals';
import { Planner } from './service/Planner';
import { RolloutService } from './service/RolloutService';
import { onStage } from './service/rules';
import { TargetActs } from './service/TargetActs';
import { StageTests } from './stageTests/StageTests';
import { AuthorizedReleaseSets } from './sets/AuthorizedReleaseSets';
import { Views } from './service/Views';
import { DatabaseClock, openDatabase, Stores } from './store';

/** What runs where, and everything that changes it. */
export const releasePlugin = createBackendPlugin({
  pluginId: 'release',
  register(env) {
    const drivers = new DriverRegistry();
    env.registerExtensionPoint(releaseDriversExtensionPoint, drivers);
    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
      },
      async init(deps) {
        const { auth, catalog, logger, lifecycle } = deps;
        const config = readReleaseConfig(deps.config);
        const { stages } = config;
        const knex = await openDatabase(deps.database);
        const stores = new Stores(knex);
        const clock = new DatabaseClock({
          knex,
          movable: config.local || process.env.NODE_ENV === 'test',
        });
        const owner = randomUUID();
        const views = new Views({
          stores,
          clock,
          stages,
          pollMs: config.pollMs,
        });
        const access = new Access({
          auth,
          catalog,
          config,
          permissions: deps.permissions,
        });
        const delivery = new DeliveryFacts({
          auth,
          client: new DeliveryClient({
            discoveryApi: deps.discovery,
            fetchApi: { fetch },
          }),
        });
        const targets = async (entityRef: string) => {
          const entity = await catalog.getEntityByRef(entityRef, {
            credentials: await auth.getOwnServiceCredentials(),
          });
          return entity ? componentOf(entity, stages).targets : [];
        };
        const gates = new GateCollector({
          targets,
          clock,
          freezes: config.freezes,
          stores,
          stages,
          delivery,
          soakMs: config.soakMs,
          view: async entityRef => {
            const entity = await catalog.getEntityByRef(entityRef, {
              credentials: await auth.getOwnServiceCredentials(),
            });
            return entity && views.component(componentOf(entity, stages));
          },
        });
        const targetOf = (record: RolloutRecord) =>
          targetOfRecord(record, stages);
        const components = async () =>
          componentsOf(catalog, stages, await auth.getOwnServiceCredentials());
        const owners = new Owners({
          access,
          stores,
          stages,
          components,
        });
        const poller = new Poller({
          stores,
          clock,
          components,
          logger,
          owner,
          intervalMs: config.pollMs,
          releases: new ReleaseReader({
            stores,
            clock,
            logger,
            source: () => drivers.releases(),
          }),
          recordOf: arn => owners.record(arn),
          reader: new TargetReader({
            stores,
            clock,
            carriers: drivers,
            owners: () => drivers.owners(),
            stages,
            logger,
          }),
        });
        const pages = new PageSignals({
          signals: deps.signals,
          stores,
          logger,
        });
        const published = (record: RolloutRecord) => pages.changed(record);
        const seen = new Map<string, string>();
        const onChange = (record: RolloutRecord) => {
          published(record);
          const now = `${record.state}/${record.followUp ?? ''}`;
          if (seen.get(record.id) === now) return;
          seen.set(record.id, now);
          const ended = isTerminal(record.state);
          if (ended && !record.followUp) seen.delete(record.id);
          // What pages show follows at once, not at the next sweep.
          if (
            ended ||
            ['BAKING', 'PAUSED', 'SETTLING'].includes(record.state)
          ) {
            poller
              .readTarget(record.entityRef, targetOf(record))
              .catch(error => logger.warn(`Not read again: ${error.name}`));
          }
        };
        const engine = new Engine({
          knex,
          stores,
          clock,
          stages,
          logger,
          owner,
          onChange,
          carriers: drivers,
          gates: record => gates.again(record, targetOf(record)),
          freezeAt: (stage, now) => freezeAt(config.freezes, stage, now),
          mayApprove: (person, stage) => access.mayApprove(person, stage),
          maxUnattendedMs: config.maxUnattendedMs,
        });
        const wake = (record: RolloutRecord) => {
          published(record);
          engine.wake();
        };
        const waker = new Waker({
          stores,
          clock,
          named: () => poller.named(),
          read: (entityRef, target) => poller.readTarget(entityRef, target),
          wakeEngine: () => engine.wake(),
          told: targetArn => pages.tell({ targetArn }),
        });
        drivers.onWake(one => waker.wake(one));
        const planner = new Planner({
          views,
          stores,
          gates,
          stages,
          clock,
          freezes: config.freezes,
        });
        const door = new Door({
          access,
          auth,
          catalog,
          clock,
          config,
          owners,
          stores,
        });
        const tests = new StageTests({
          stores,
          clock,
          logger,
          targets,
          port: () => drivers.stageTests(),
          changed: targetArn => pages.tell({ targetArn }),
        });
        const service: AuthorizedReleaseService = {
          reads: new AuthorizedReads({ door, clock, poller, views }),
          rollouts: new AuthorizedRollouts({
            door,
            planner,
            acts: new ActService({ stores, clock, wake }),
            unchanged: record =>
              requireUnchanged(record, targetOf(record), {
                stores,
                clock,
                carriers: drivers,
              }),
            rollouts: new RolloutService({ stores, clock, planner, wake }),
          }),
          drills: new AuthorizedDrills({
            door,
            planner,
            drills: new Drills({ carriers: drivers, clock, stores }),
          }),
          targets: new AuthorizedTargets({
            door,
            tests,
            views,
            acts: new TargetActs({
              stores,
              clock,
              firstStage: stages[0]?.name,
              carriers: drivers,
              pipelines: () => drivers.pipelines(),
              wake,
            }),
          }),
        };

        const sets = new AuthorizedReleaseSets({
          door,
          clock,
          releases: service.rollouts,
          stores,
        });

        deps.permissionsRegistry.addPermissions([releaseReadPermission]);
        deps.permissionsRegistry.addResourceType({
          resourceRef: releaseTargetResourceRef,
          permissions: releasePermissions.filter(
            permission => permission !== releaseReadPermission,
          ) as never,
          rules: [onStage],
          getResources: async refs => refs.map(parseReleaseTargetRef),
        });
        registerActions({
          actionsRegistry: deps.actionsRegistry,
          auditor: deps.auditor,
          service,
          sets,
        });
        deps.httpRouter.use(
          createRouter({
            service,
            sets,
            httpAuth: deps.httpAuth,
            auditor: deps.auditor,
          }),
        );
        await deps.scheduler.scheduleTask({
          id: 'read-targets',
          // Each replica tries; leases by account and region share the work.
          scope: 'local',
          frequency: { milliseconds: config.pollMs },
          initialDelay: { seconds: 2 },
          timeout: { minutes: 10 },
          fn: () => poller.sweep(),
        });
        if (stages.some(stage => stage.tests)) {
          await deps.scheduler.scheduleTask({
            id: 'run-stage-tests',
            scope: 'global',
            frequency: { seconds: 15 },
            initialDelay: { seconds: 10 },
            timeout: { minutes: 5 },
            fn: () => tests.sweep(),
          });
        }
        const { archive, ...times } = config.retention;
        const retention = new Retention({
          stores,
          clock,
          logger,
          times,
          archive: archive ? new FolderArchive(archive) : undefined,
        });
        await deps.scheduler.scheduleTask({
          id: 'let-go-of-old-records',
          scope: 'global',
          frequency: { hours: 24 },
          initialDelay: { minutes: 10 },
          timeout: { hours: 2 },
          fn: signal => retention.sweep(signal),
        });
        lifecycle.addStartupHook(() => engine.start());
        lifecycle.addShutdownHook(() => poller.stop());
        lifecycle.addShutdownHook(() => engine.stop());
      },
    });
  },
});
