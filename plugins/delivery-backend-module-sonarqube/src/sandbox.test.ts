import { ConfigReader } from '@backstage/config';
import { startSonarQubeServer } from '@careplane/aws-sandbox';
import { readInstances } from './instances';
import { SonarQualityProvider } from './SonarQualityProvider';

describe('SonarQualityProvider against the sandbox', () => {
  it('reads what a scanner sent, and tells a wrong key and a wrong token', async () => {
    const server = await startSonarQubeServer({ port: 0, token: 'right' });
    try {
      server.projects.record('claims-api', {
        measures: { coverage: 71, reliability_rating: 1 },
        date: new Date('2026-11-20T12:00:00Z'),
        revision: 'abc1234',
      });
      const provider = (apiKey: string) =>
        new SonarQualityProvider(
          readInstances(
            new ConfigReader({ sonarqube: { baseUrl: server.url, apiKey } }),
          ),
        );
      const [status] = await provider('right').read({
        key: 'default/claims-api',
      });
      expect(status).toEqual(
        expect.objectContaining({
          projectKey: 'claims-api',
          gate: expect.stringMatching(/^(passed|failed)$/),
          branch: 'main',
          analysedAt: '2026-11-20T12:00:00.000Z',
          revision: 'abc1234',
        }),
      );
      expect(status.ratings.reliability).toBe('A');
      expect(status.measures.coverage).toBe(71);
      await expect(
        provider('right').read({ key: 'default/gone' }),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
      await expect(
        provider('wrong').read({ key: 'default/claims-api' }),
      ).rejects.toMatchObject({ name: 'NotAllowedError' });
    } finally {
      await server.close();
    }
  });
});
