import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codec } from '#application';
import { openLog } from '#event-store';
import { createPool, migrate, startEmbeddedDatabase } from '#platform';
import { allProjections } from '#projections';
import { rebuild } from '#subscriptions';
import { loadHistory } from './history-generator.js';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// How fast all read models are rebuilt: `rebuild-speed <events>` on a database of its own with fsync on. The rebuild is
// a process of its own, so that its memory is its own.

export interface RebuildSpeed {
  readonly events: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Of these seconds, for the switch. */
  readonly switchSeconds: number;
  readonly peakMegabytes: number;
}

const measure = async (databaseUrl: string): Promise<RebuildSpeed> => {
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
    const seconds = (ended - began) / 1_000;
    return {
      events,
      seconds,
      perSecond: Math.round(events / seconds),
      switchSeconds: (ended - filled) / 1_000,
      peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
    };
  } finally {
    await store.close();
    await pool.end();
  }
};

const [what, of] = process.argv.slice(2);
if (what === 'measure') process.stdout.write(`${JSON.stringify(await measure(of!))}\n`);
else {
  const home = await mkdtemp(join(tmpdir(), 'rebuild-speed-'));
  const database = await startEmbeddedDatabase({ home, port: 0, say: () => undefined });
  try {
    await migrate(database.url);
    const began = performance.now();
    await loadHistory(database.url, Number(what), (done) =>
      process.stderr.write(
        `\r${done} events generated and loaded, ${Math.round((performance.now() - began) / 1_000)} s `,
      ),
    );
    process.stderr.write('\n');
    for (let run = 1; run <= 2; run += 1) {
      const child = fork(fileURLToPath(import.meta.url), ['measure', database.url], { stdio: 'inherit' });
      await new Promise((resolve) => child.on('exit', resolve));
    }
    if (of === 'keep') await new Promise((resolve) => process.on('SIGINT', resolve));
  } finally {
    await database.stop();
    await rm(home, { recursive: true });
  }
}
