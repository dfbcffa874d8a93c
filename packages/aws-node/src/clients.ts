import { createHash } from 'node:crypto';
import { STSClient } from '@aws-sdk/client-sts';
import type {
  AwsCredentialIdentityProvider,
  FinalizeRequestMiddleware,
  InitializeMiddleware,
  MiddlewareStack,
} from '@aws-sdk/types';
import type { AwsAccounts } from './accounts';
import { isInBackground } from './background';
import type { AwsBudgets } from './budgets';
import type { EndpointGuard } from './endpoints';
import { awsErrorCode } from './errors';
import { RenewableCredentials } from './RenewableCredentials';
import type { Lane } from './TokenBucket';
import {
  assumeRoleParameters,
  WriteSession,
  WriteSessions,
} from './writeSessions';

/** Configuration that Careplane gives to every SDK client. */
export interface AwsClientConfig {
  region: string;
  credentials: AwsCredentialIdentityProvider;
  maxAttempts: number;
  retryMode: 'standard';
  customUserAgent: [string, string][];
  /** Milliseconds, as the SDK's Node handler takes them. */
  requestHandler: {
    connectionTimeout: number;
    requestTimeout: number;
    throwOnRequestTimeout: boolean;
  };
}

/** A client class of `@aws-sdk/client-*`. */
export interface AwsClientConstructor<C> {
  new (configuration: AwsClientConfig): C;
}

export interface AwsTarget {
  accountId: string;
  /** The account's region from config where missing. */
  region?: string;
}

/** SDK clients with roles, budgets, bounded retries and user agent. */
export interface AwsClients {
  /** A client with role `read`. `lane: 'rollback'` for reads of a rollback. */
  read<C>(
    client: AwsClientConstructor<C>,
    target: AwsTarget,
    options?: { lane?: Lane },
  ): C;
  /**
   * A client whose calls AWS records with the person as SourceIdentity. It
   * makes one attempt per call with role `release` (the engine reads back
   * before it tries again), and three with `create`.
   *
   * @throws InputError when the person, run or policy cannot be sent to AWS.
   */
  write<C>(
    client: AwsClientConstructor<C>,
    target: AwsTarget,
    session: WriteSession & { lane?: Lane },
  ): C;
  readonly budgets: AwsBudgets;
}

interface Entry {
  client: unknown;
  usedAt: number;
  expiresAt: number;
}

/**
 * The SDK waits for ever by default. A request may take longer than any long
 * poll (SQS, 20 s), and a worker does not hang on a connection that is dead.
 */
const TIMEOUTS = {
  connectionTimeout: 5_000,
  requestTimeout: 40_000,
  throwOnRequestTimeout: true,
};
const MAX_CLIENTS = 500;
/** Shorter than the 900 s of a session, by more than a call may last. */
const WRITE_CLIENT_TTL_MS = 600_000;

export class DefaultAwsClients implements AwsClients {
  private readonly entries = new Map<string, Entry>();
  private readonly readers = new Map<string, RenewableCredentials>();
  private readonly sessions: WriteSessions;

  constructor(
    private readonly accounts: AwsAccounts,
    readonly budgets: AwsBudgets,
    private readonly options: {
      version: string;
      guard: EndpointGuard;
      now?: () => number;
    },
  ) {
    this.sessions = new WriteSessions(accounts, (region, credentials) =>
      this.create(STSClient, 3, {
        region,
        credentials: new RenewableCredentials(credentials),
      }),
    );
  }

  read<C>(
    client: AwsClientConstructor<C>,
    target: AwsTarget,
    options: { lane?: Lane } = {},
  ): C {
    const { accountId, region } = this.resolve(target);
    const lane = options.lane ?? 'normal';
    return this.cached(
      [client.name, accountId, region, 'read', lane],
      Infinity,
      () =>
        this.create(
          client,
          3,
          { region, credentials: this.readCredentials(accountId) },
          { accountId, lane },
        ),
    );
  }

  write<C>(
    client: AwsClientConstructor<C>,
    target: AwsTarget,
    session: WriteSession & { lane?: Lane },
  ): C {
    const { accountId, region } = this.resolve(target);
    const lane = session.lane ?? 'normal';
    const parameters = assumeRoleParameters(session, {
      roleArn: this.accounts.roleArn(session.role, accountId),
      externalId: this.accounts.get(accountId).externalId,
    });
    const key = createHash('sha256')
      .update(JSON.stringify(parameters))
      .digest('hex');
    return this.cached(
      [client.name, accountId, region, session.role, lane, key],
      WRITE_CLIENT_TTL_MS,
      () =>
        this.create(
          client,
          session.role === 'release' ? 1 : 3,
          {
            region,
            credentials: new RenewableCredentials(
              this.sessions.credentials(
                { accountId, region },
                parameters,
                this.accounts.roleName(session.role),
              ),
            ),
          },
          { accountId, lane },
        ),
    );
  }

  /** One session per account for all reading clients. */
  private readCredentials(accountId: string): RenewableCredentials {
    let found = this.readers.get(accountId);
    if (!found) {
      found = new RenewableCredentials(
        this.accounts.readCredentials(accountId),
      );
      this.readers.set(accountId, found);
    }
    return found;
  }

  private resolve(target: AwsTarget): { accountId: string; region: string } {
    const account = this.accounts.get(target.accountId);
    return {
      accountId: account.accountId,
      region: target.region ?? account.region,
    };
  }

  private cached<C>(key: string[], ttl: number, create: () => C): C {
    const now = (this.options.now ?? Date.now)();
    const id = key.join(' ');
    const found = this.entries.get(id);
    if (found && found.expiresAt > now) {
      found.usedAt = now;
      return found.client as C;
    }
    const client = create();
    this.entries.delete(id);
    this.entries.set(id, { client, usedAt: now, expiresAt: now + ttl });
    this.evict(now);
    return client;
  }

  /** A dropped client finishes its calls: its sockets close when idle. */
  private evict(now: number) {
    for (const [id, entry] of this.entries) {
      if (entry.expiresAt <= now) this.entries.delete(id);
    }
    if (this.entries.size <= MAX_CLIENTS) return;
    const oldest = [...this.entries].sort((a, b) => a[1].usedAt - b[1].usedAt);
    for (const [id] of oldest.slice(0, this.entries.size - MAX_CLIENTS)) {
      this.entries.delete(id);
    }
  }

  private create<C>(
    Client: AwsClientConstructor<C>,
    maxAttempts: number,
    place: { region: string; credentials: RenewableCredentials },
    budget?: { accountId: string; lane: Lane },
  ): C {
    const client = new Client({
      region: place.region,
      credentials: place.credentials.provider,
      maxAttempts,
      retryMode: 'standard',
      customUserAgent: [['careplane', this.options.version]],
      requestHandler: TIMEOUTS,
    });
    const { middlewareStack, config } = client as unknown as {
      middlewareStack: MiddlewareStack<object, object>;
      config: { serviceId: string };
    };
    const service = config.serviceId.toLowerCase().replace(/[^a-z0-9]/g, '');
    middlewareStack.add(renewExpired(place.credentials), {
      step: 'initialize',
      name: 'careplaneRenew',
      priority: 'high',
    });
    middlewareStack.add(
      this.meter(service, place.region, budget),
      // After the SDK's retry middleware: every attempt spends a token.
      { step: 'finalizeRequest', name: 'careplaneBudget', priority: 'low' },
    );
    return client;
  }

  private meter(
    service: string,
    region: string,
    budget: { accountId: string; lane: Lane } | undefined,
  ): FinalizeRequestMiddleware<object, object> {
    return (next, context) => async args => {
      const { hostname } = args.request as { hostname?: string };
      if (hostname) this.options.guard(hostname);
      if (!budget) return next(args);
      const release = await this.budgets.acquire({
        accountId: budget.accountId,
        region,
        service,
        operation: (context.commandName ?? '').replace(/Command$/, ''),
        lane:
          budget.lane === 'normal' && isInBackground()
            ? 'background'
            : budget.lane,
      });
      try {
        return await next(args);
      } finally {
        release();
      }
    };
  }
}

/** An expired session never reached the operation, so the call is made again. */
function renewExpired(
  credentials: RenewableCredentials,
): InitializeMiddleware<object, object> {
  return next => async args => {
    try {
      return await next(args);
    } catch (error) {
      if (!awsErrorCode(error).startsWith('ExpiredToken')) throw error;
      credentials.renew();
      return next(args);
    }
  };
}
