import { createServer, type AddressInfo, type Server } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type CommandOptions } from './runCommand';

describe('runCommand', () => {
  let dataDir: string;
  let said: string[];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sandbox-command-'));
    said = [];
  });

  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const options = (more: Partial<CommandOptions> = {}): CommandOptions => ({
    dataDir,
    port: 0,
    oidcPort: 0,
    sonarPort: 0,
    portalUrl: 'http://localhost:7007',
    seed: 'none',
    say: line => said.push(line),
    ...more,
  });

  it('opens three ports, says one line each, and closes them', async () => {
    const running = await runCommand(options());
    expect(said).toEqual([
      expect.stringMatching(/^AWS +http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^Sign-in +http:\/\/localhost:\d+$/),
      expect.stringMatching(/^SonarQube +http:\/\/127\.0\.0\.1:\d+$/),
    ]);
    const url = said[0].split(/\s+/)[1];
    await expect(fetch(`${url}/_sandbox/health`)).resolves.toMatchObject({
      status: 200,
    });
    await running.close();
    await expect(fetch(`${url}/_sandbox/health`)).rejects.toThrow();
  });

  it('says in a sentence which port is taken, and leaves nothing open', async () => {
    const taken: Server = createServer();
    await new Promise<void>(done => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    await expect(runCommand(options({ port }))).rejects.toThrow(
      `Port ${port}, which AWS needs, is in use`,
    );
    expect(said).toEqual([]);
    taken.close();
    const running = await runCommand(options({ port }));
    await running.close();
  });

  it('names the seeds when asked for another', async () => {
    await expect(runCommand(options({ seed: 'moon' }))).rejects.toThrow(
      'There is no seed "moon": use one of none',
    );
  });
});
