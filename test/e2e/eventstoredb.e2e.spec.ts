import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runOps } from '../support/child.js';
import { EventStoreDBTestServer } from '../support/eventstoredb-test-server.js';

describe('with EVENTSTORE_URL', () => {
  const server = new EventStoreDBTestServer();
  beforeAll(() => server.start());
  afterAll(() => server.kill());

  it('a tool reads the log on that server, and says so when the server is not there', async () => {
    // Nothing listens there: the database is not asked.
    const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/nothing';
    const tool = async (url: string): Promise<string> => {
      const child = runOps(['stream', 'coordination-national'], { DATABASE_URL, EVENTSTORE_URL: url });
      expect(await child.ended).toBe(1);
      return child.output();
    };
    const [there, away] = await Promise.all([
      tool(server.url),
      tool('esdb://app:s3cret@127.0.0.1:1?tls=false'),
    ]);
    expect(there).toContain('There is no such stream.');
    expect(away).toContain('The event log does not answer');
    expect(away).not.toContain('s3cret');
  }, 60_000);

  it('npm run demo plays a scenario with its log on that server, unchanged, although subscriptions are dropped meanwhile', async () => {
    const demo = runOps(['demo', '--scenario', '2'], { EVENTSTORE_URL: server.url });
    const dropping = setInterval(() => server.dropSubscriptions('too slow'), 1_000);
    try {
      const code = await demo.ended;
      const last = demo.answer().trimEnd().split('\n').at(-1);
      expect([code, last, code === 0 ? '' : demo.output()]).toEqual([0, '1 of 1 scenarios hold', '']);
      expect(server.calls.append).toBeGreaterThan(50);
      expect(server.calls.batchAppend).toBe(0);
    } finally {
      clearInterval(dropping);
      demo.kill('SIGKILL');
    }
  }, 600_000);
});
