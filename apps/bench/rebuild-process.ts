import { codec } from '#application';
import { openLog } from '#event-store';
import { createPool, runProgram } from '#platform';
import { allProjections } from '#projections';
import { rebuild } from '#subscriptions';

/** What one rebuild of all read models took, told by the process that did it. */
export interface RebuildFigures {
  readonly events: number;
  readonly seconds: number;
  /** Of these seconds, for the switch to what was filled. */
  readonly switchSeconds: number;
  readonly peakMegabytes: number;
}

// A process of its own, so that its memory is its own.
await runProgram(async () => {
  const databaseUrl = process.env['DATABASE_URL'] ?? '';
  const pool = createPool(databaseUrl, { name: 'rebuild', max: 12, statementTimeoutMs: 600_000 });
  const store = await openLog({ databaseUrl, eventStore: undefined, codec, name: 'rebuild' });
  try {
    const began = performance.now();
    let events = 0;
    let filled = began;
    await rebuild({
      store,
      pool,
      projections: allProjections,
      onProgress: (progress) => {
        events = Math.max(events, progress.events);
        filled = performance.now();
      },
    });
    const ended = performance.now();
    const figures: RebuildFigures = {
      events,
      seconds: (ended - began) / 1_000,
      switchSeconds: (ended - filled) / 1_000,
      peakMegabytes: process.resourceUsage().maxRSS / 1_024,
    };
    process.send?.(figures);
  } finally {
    await store.close();
    await pool.end();
  }
});
