import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrate } from '#platform';
import { loadHistory } from './history-generator.js';
import type { Part } from './part.js';
import type { RebuildFigures } from './rebuild-process.js';
import { rounded, type Aim, type Row } from './result.js';

/** (e) All read models, filled anew beside the live ones. */
export const rebuildAll: Part = {
  part: 'e',
  title: 'rebuild of all read models',
  async run({ system, quick, progress }) {
    const administrator = new pg.Client({ connectionString: system.adminUrl });
    await administrator.connect();
    const measured: RebuildFigures[] = [];
    try {
      for (const events of quick ? [200, 600] : [10_000, 100_000, 1_000_000]) {
        await administrator.query(`CREATE DATABASE history_${events} OWNER relocation`);
        const databaseUrl = Object.assign(new URL(system.databaseUrl), {
          pathname: `/history_${events}`,
        }).href;
        await migrate(databaseUrl);
        await loadHistory(databaseUrl, events, (done) =>
          progress(`${done} of ${events} events are generated`),
        );
        progress(`${events} events are rebuilt`);
        measured.push(await rebuilt(databaseUrl));
      }
    } finally {
      await administrator.end();
    }
    const rate = ({ events, seconds }: RebuildFigures): number => events / seconds;
    const each = measured.flatMap((figures): Aim[] => [
      {
        what: `rebuild of ${figures.events} events`,
        measured: rate(figures),
        target: 15_000,
        direction: 'at least',
        unit: 'events per second',
      },
      {
        what: `memory of the rebuild of ${figures.events} events`,
        measured: figures.peakMegabytes,
        target: 300,
        direction: 'at most',
        unit: 'MB',
      },
    ]);
    const [largest, before] = [measured.at(-1)!, measured.at(-2)!];
    return {
      columns: ['events', 'seconds', 'of these, the switch', 'events per second', 'peak memory MB'],
      rows: measured.map((figures): Row => ({
        name: `${figures.events} events`,
        values: [
          figures.events,
          rounded(figures.seconds, 1),
          rounded(figures.switchSeconds, 2),
          rounded(rate(figures)),
          rounded(figures.peakMegabytes),
        ],
      })),
      aims: [
        ...each,
        // Linear: a log ten times as long takes ten times as long, and little more.
        {
          what: `linear: rate at ${largest.events} events beside that at ${before.events}`,
          measured: rate(largest) / rate(before),
          target: 0.9,
          direction: 'at least',
          unit: 'of it',
        },
      ],
      notes: [
        'A log of invented cases, each played through the real handlers and processes, sealed, over the store in memory, then copied into the database. The process that rebuilds does nothing else.',
      ],
    };
  },
};

const rebuilt = (databaseUrl: string): Promise<RebuildFigures> => {
  const child = fork(fileURLToPath(new URL('./rebuild-process.js', import.meta.url)), {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    let figures: RebuildFigures | undefined;
    child.once('message', (message) => (figures = message as RebuildFigures));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 && figures ? resolve(figures) : reject(new Error(`the rebuild ended with ${code}`)),
    );
  });
};
