import {
  CloudFormationClient,
  DescribeStacksCommand,
  Stack,
} from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '@careplane/aws-node';

/** How old the answer for many targets may be. */
const FRESH_MS = 30_000;

type Place = { accountId: string; region: string };

/**
 * All stacks of an account and region, read in pages and kept for half a
 * minute: a round over a thousand targets costs ten calls and not a thousand
 * (AWS publishes no quota for DescribeStacks, and deploys share it).
 */
export class StackIndex {
  private readonly places = new Map<
    string,
    { at: number; stacks: Promise<Map<string, Stack>> }
  >();

  constructor(
    private readonly clients: AwsClients,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws the SDK's error; the next one to ask tries again. */
  async stack(place: Place, name: string): Promise<Stack | undefined> {
    const key = `${place.accountId} ${place.region}`;
    let known = this.places.get(key);
    if (!known || this.now() - known.at >= FRESH_MS) {
      known = { at: this.now(), stacks: this.read(place) };
      this.places.set(key, known);
    }
    try {
      return (await known.stacks).get(name);
    } catch (error) {
      if (this.places.get(key) === known) this.places.delete(key);
      throw error;
    }
  }

  private async read(place: Place): Promise<Map<string, Stack>> {
    const client = this.clients.read(CloudFormationClient, place);
    const found = new Map<string, Stack>();
    let NextToken: string | undefined;
    do {
      const page = await client.send(new DescribeStacksCommand({ NextToken }));
      for (const stack of page.Stacks ?? []) {
        if (stack.StackName && stack.StackStatus !== 'DELETE_COMPLETE') {
          found.set(stack.StackName, stack);
        }
      }
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  }
}
