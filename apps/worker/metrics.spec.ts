import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { Metrics } from '#platform';
import type { RunnerStatus } from '#subscriptions';
import { workerMetrics } from './metrics.js';

const now = '2026-03-02T08:00:00.000Z';
const status = (subscription: string, position: string | undefined, over: Partial<RunnerStatus> = {}) => ({
  subscription,
  position,
  active: true,
  retrying: 0,
  parked: 0,
  failure: undefined,
  ...over,
});

const scraped = async (counting: boolean): Promise<readonly string[]> => {
  const metrics = new Metrics();
  workerMetrics(metrics, {
    store: {
      head: async () => 'e-105',
      readAll: async (after) =>
        [
          { recordedAt: after === undefined ? '2026-03-02T07:00:00.000Z' : '2026-03-02T07:59:17.000Z' },
        ] as RecordedEvent[],
      ...(counting && { eventsAfter: (after) => (after === undefined ? 105 : 105 - Number(after.slice(2))) }),
    },
    runners: {
      status: () => [
        status('dispatcher', 'e-105', { active: false }),
        status('timers', 'e-099', { retrying: 2, parked: 3 }),
        status('somebody:199009092397', undefined, { failure: 'EpochMismatch' }),
      ],
      overdue: async () => ({ count: 3, oldestSeconds: 90 }),
    },
    now: () => new Date(now),
  });
  return (await metrics.text()).split('\n').filter((line) => line.startsWith('relocation_'));
};

describe('What the worker tells', () => {
  it('is, of each subscription, that it is far behind or something waits, at once, and not how many', async () => {
    expect(await scraped(true)).toEqual([
      'relocation_subscription_active{subscription="dispatcher"} 0',
      'relocation_subscription_active{subscription="timers"} 1',
      'relocation_subscription_active{subscription="other"} 1',
      'relocation_subscription_failed{subscription="dispatcher"} 0',
      'relocation_subscription_failed{subscription="timers"} 0',
      'relocation_subscription_failed{subscription="other"} 1',
      'relocation_sequences_parked{subscription="dispatcher"} 0',
      'relocation_sequences_parked{subscription="timers"} 1',
      'relocation_sequences_parked{subscription="other"} 0',
      'relocation_sequences_retrying{subscription="dispatcher"} 0',
      'relocation_sequences_retrying{subscription="timers"} 1',
      'relocation_sequences_retrying{subscription="other"} 0',
      'relocation_subscription_lag_events{subscription="dispatcher"} 0',
      'relocation_subscription_lag_events{subscription="timers"} 0',
      'relocation_subscription_lag_events{subscription="other"} 100',
      'relocation_subscription_lag_seconds{subscription="dispatcher"} 0',
      'relocation_subscription_lag_seconds{subscription="timers"} 30',
      'relocation_subscription_lag_seconds{subscription="other"} 3600',
      'relocation_deadlines_overdue 1',
      'relocation_deadlines_overdue_seconds 60',
    ]);
  });

  it('is the time alone where the positions of the store are no count', async () => {
    const lines = await scraped(false);
    expect(lines.filter((line) => line.includes('lag_events'))).toEqual([]);
    expect(lines.filter((line) => line.includes('lag_seconds'))).toHaveLength(3);
  });
});
