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
});
