import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

const own = async (metrics: Metrics): Promise<readonly string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith('relocation_'));

describe('A metric', () => {
  it('counts under the values of its lists, and everything else as other', async () => {
    const metrics = new Metrics();
    const routes = new Set<string>();
    const count = metrics.counter({
      name: 'things_total',
      help: 'Things.',
      labels: { route: routes, kind: ['big', 'small'] },
    });
    routes.add('/cases/:caseId');
    count({ route: '/cases/:caseId', kind: 'big' });
    count({ route: '/cases/:caseId', kind: 'big' }, 2);
    count({ route: '/cases/199009092397', kind: 'Kim Påhittad' });
    expect(await own(metrics)).toEqual([
      'relocation_things_total{route="/cases/:caseId",kind="big"} 3',
      'relocation_things_total{route="other",kind="other"} 1',
    ]);
  });

  it('that is asked for at each scrape is left out when it cannot be learnt', async () => {
    const metrics = new Metrics();
    let read = async () => [{ labels: { of: 'a' }, value: 7 }];
    metrics.gauge({ name: 'depth', help: 'Depth.', labels: { of: ['a'] } }, () => read());
    expect(await own(metrics)).toEqual(['relocation_depth{of="a"} 7']);
    read = () => Promise.reject(new Error('no database'));
    expect(await own(metrics)).toEqual([]);
  });

  it('that is held back shows nothing of fewer than five, five at a time when the hour is over, and what is not held back at once', async () => {
    let now = Date.parse('2026-03-02T08:00:00.000Z');
    const metrics = new Metrics(() => now);
    const count = metrics.counter({
      name: 'steps_total',
      help: 'Steps.',
      labels: { step: ['open', 'close', 'failed'] },
      heldBack: ({ step }) => step !== 'failed',
    });
    const seconds = metrics.histogram({
      name: 'step_seconds',
      help: 'Steps.',
      labels: { step: ['open'] },
      buckets: [1],
      heldBack: () => true,
    });
    for (let times = 0; times < 4; times += 1) count({ step: 'open' });
    for (const value of [0.5, 0.5, 2, 2]) seconds({ step: 'open' }, value);
    count({ step: 'close' });
    count({ step: 'failed' });
    expect(await own(metrics)).toEqual(['relocation_steps_total{step="failed"} 1']);
    now += 3_600_000;
    expect(await own(metrics)).toEqual(['relocation_steps_total{step="failed"} 1']);
    count({ step: 'open' });
    seconds({ step: 'open' }, 2);
    // The fifth is there, and in which minute it came is not seen: whoever asks again and again sees it on the hour.
    for (let minutes = 0; minutes < 60; minutes += 1) {
      expect(await own(metrics)).toEqual(['relocation_steps_total{step="failed"} 1']);
      now += 60_000;
    }
    const atFive = [
      'relocation_steps_total{step="failed"} 1',
      'relocation_steps_total{step="open"} 5',
      'relocation_step_seconds_bucket{le="1",step="open"} 2',
      'relocation_step_seconds_bucket{le="+Inf",step="open"} 5',
      'relocation_step_seconds_sum{step="open"} 7',
      'relocation_step_seconds_count{step="open"} 5',
    ];
    expect(await own(metrics)).toEqual(atFive);
    count({ step: 'open' }, 4);
    now += 3_600_000;
    expect(await own(metrics)).toEqual(atFive);
    count({ step: 'open' }, 3);
    now += 3_600_000;
    expect(await own(metrics)).toContain('relocation_steps_total{step="open"} 10');
  });
});
