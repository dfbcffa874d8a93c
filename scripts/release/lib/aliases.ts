import type { RunningSandbox } from '@careplane/aws-sandbox';

/** A function with versions 1 and 2 behind its alias `live`, and no stack. */
export interface PlainAlias {
  name: string;
  arn: string;
  /** CodeSha256 of version 1 and 2. */
  hashes: [string, string];
}

/** The smallest archive that Lambda takes: one empty file, stored. */
function archiveOf(name: string): Buffer {
  const file = Buffer.from(`${name}.js`);
  const entry = Buffer.alloc(30);
  entry.writeUInt32LE(0x04034b50, 0);
  entry.writeUInt16LE(file.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(file.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + file.length, 12);
  end.writeUInt32LE(entry.length + file.length, 16);
  return Buffer.concat([entry, file, central, file, end]);
}

/** Longer than a function takes to become active. */
const SETTLED_MS = 60_000;

/** Makes aliases at version 2, or at 1 sharing 10 % with version 2. */
export async function makeAliases(
  sandbox: RunningSandbox,
  account: string,
  names: string[],
  at: '2' | 'canary',
): Promise<PlainAlias[]> {
  type Made = { CodeSha256: string };
  const each = async (
    operation: string,
    inputOf: (name: string) => object,
  ): Promise<Made[]> => {
    const made: Made[] = [];
    for (const name of names) {
      const input = { FunctionName: name, ...inputOf(name) };
      made.push(
        await sandbox.call<Made>('lambda', operation, input, { account }),
      );
    }
    await sandbox.clock.advance(SETTLED_MS);
    return made;
  };
  await each('CreateFunction', name => ({
    Runtime: 'nodejs22.x',
    Role: `arn:aws:iam::${account}:role/${name}`,
    Handler: 'index.handler',
    Code: { ZipFile: archiveOf(`${name}-1`) },
  }));
  const ones = await each('PublishVersion', () => ({}));
  await each('UpdateFunctionCode', name => ({
    ZipFile: archiveOf(`${name}-2`),
  }));
  const twos = await each('PublishVersion', () => ({}));
  await each('CreateAlias', () => ({
    Name: 'live',
    FunctionVersion: at === 'canary' ? '1' : '2',
    ...(at === 'canary' && {
      RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } },
    }),
  }));
  return names.map((name, index) => ({
    name,
    arn: `arn:aws:lambda:us-east-1:${account}:function:${name}:live`,
    hashes: [ones[index].CodeSha256, twos[index].CodeSha256],
  }));
}
