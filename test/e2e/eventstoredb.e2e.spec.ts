import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runOps } from '../support/child.js';
import { EventStoreDBTestServer } from '../support/eventstoredb-test-server.js';

describe('npm run demo with EVENTSTORE_URL', () => {
  const server = new EventStoreDBTestServer();
  beforeAll(() => server.start());
  afterAll(() => server.kill());

  it('plays a scenario with its log on that server, unchanged, although subscriptions are dropped meanwhile', async () => {
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
