import { ServiceUnavailableError } from '@backstage/errors';
import {
  AwsAccounts,
  AwsClientConstructor,
  AwsClients,
  isAccessDenied,
  toBackstageError,
} from '@careplane/aws-node';
import { SourceDeniedError } from '@careplane/backstage-plugin-delivery-node';

/** Account and region that a resource lives in. */
export interface Place {
  accountId: string;
  region: string;
}

/** Readings of one account and region go one after another. */
export const laneOf = ({ accountId, region }: Place) =>
  `${accountId}/${region}`;

/**
 * Calls AWS with the read role, and turns what it throws into errors that say
 * what to do.
 */
export class AwsReader {
  readonly #clients: AwsClients;
  readonly #accounts: AwsAccounts;

  constructor(options: { clients: AwsClients; accounts: AwsAccounts }) {
    this.#clients = options.clients;
    this.#accounts = options.accounts;
  }

  /**
   * @throws SourceDeniedError naming action and role; NotFoundError,
   *   InputError or ServiceUnavailableError else.
   */
  async call<C, O>(
    client: AwsClientConstructor<C>,
    place: Place,
    what: { service: string; operation: string; resource?: string },
    run: (client: C) => Promise<O>,
  ): Promise<O> {
    try {
      return await run(this.#clients.read(client, place));
    } catch (thrown) {
      const role = this.#accounts.roleName('read');
      const error = toBackstageError(thrown, { ...what, ...place, role });
      if (isAccessDenied(error)) {
        throw new SourceDeniedError(error.message, {
          missingPermission: error.action,
          deniedTo: `role ${role} in account ${place.accountId}`,
          cause: error,
        });
      }
      throw error;
    }
  }

  /** Where resources are looked for by tags: every account of the config. */
  places(): Place[] {
    const places = this.#accounts
      .list()
      .map(({ accountId, region }) => ({ accountId, region }));
    if (places.length === 0) {
      throw new ServiceUnavailableError(
        'No account is configured to look for tags in. Add it to aws.accounts.',
      );
    }
    return places;
  }
}
