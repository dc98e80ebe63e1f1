import { setTimeout as sleep } from 'node:timers/promises';
import { load, type LoadPlan, type Officer } from './load.js';
import type { Part } from './part.js';
import { median, percentile, rounded, type Row } from './result.js';
import type { Program } from './system.js';

const connections = 64;

/** (b) A whole command over HTTP, beside a route that does nothing but write. */
export const commands: Part = {
  part: 'b',
  title: 'a full command over HTTP beside a bare route with one prepared INSERT, 64 connections',
  async run({ system, quick, progress }) {
    const rounds = quick ? 1 : 3;
    const times = quick ? { warmUpSeconds: 0.3, seconds: 0.5 } : { warmUpSeconds: 1, seconds: 4 };
    await system.pool.query(
      'CREATE TABLE IF NOT EXISTS public.bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body json NOT NULL)',
    );
    // The look-up of contacts must be there; then the worker stops, and stays so for both.
    const worker = await system.startWorker();
    await system.settled();
    await worker.stop();
    const [first] = await system.startApis(1);
    progress('cases are opened');
    const officers = await system.openCases(first!, quick ? 5 : 200);
    await first!.stop();

    let run = 0;
    const measure = async (kind: LoadPlan['kind'], programs: readonly Program[], by: readonly Officer[]) => {
      const ports = programs.map(({ port }) => port);
      const result = await load({ run: (run += 1), kind, ports, connections, ...times, officers: by });
      await sleep(quick ? 0 : 500);
      return result;
    };
    const kinds = ['bare', 'support-decision', 'open-case'] as const;
    const rows: Row[] = [];
    const ratios = new Map<string, number>();
    for (const count of quick ? [1] : [1, 2, 4]) {
      const bare = await system.startBare(count);
      const apis = await system.startApis(count);
      const figures = { bare: [], 'support-decision': [], 'open-case': [] } as Record<
        (typeof kinds)[number],
        { perSecond: number; p50: number; p99: number }[]
      >;
      for (let round = 1; round <= rounds; round += 1)
        for (const kind of kinds) {
          progress(`${count} api, round ${round} of ${rounds}: ${kind}`);
          const { perSecond, latencies } = await measure(kind, kind === 'bare' ? bare : apis, officers);
          figures[kind].push({ perSecond, p50: percentile(latencies, 50), p99: percentile(latencies, 99) });
        }
      for (const program of [...bare, ...apis]) await program.stop();
      const of = (kind: (typeof kinds)[number], name: 'perSecond' | 'p50' | 'p99'): number =>
        median(figures[kind].map((figure) => figure[name]));
      for (const kind of kinds) {
        const ratio = of(kind, 'perSecond') / of('bare', 'perSecond');
        ratios.set(`${kind} ${count}`, ratio);
        rows.push({
          name: `${names[kind]}, ${count} process${count === 1 ? '' : 'es'}`,
          values: [
            rounded(of(kind, 'perSecond')),
            rounded(ratio, 2),
            rounded(of(kind, 'p50'), 1),
            rounded(of(kind, 'p99'), 1),
          ],
        });
      }
    }
    return {
      columns: ['per second', 'of the bare route', 'p50 ms', 'p99 ms'],
      rows,
      aims: [
        {
          what: 'a command beside the bare route, one process',
          measured: ratios.get('support-decision 1') ?? 0,
          target: 0.7,
          direction: 'at least',
          unit: 'of its rate',
        },
      ],
      notes: [
        'A command is RegisterSupportDecision on one of many open cases: ES256 token, policy with the part in the case, DTO, idempotency key, load, decide, key for writing with its record, AES-GCM, append.',
        'OpenCase is the heaviest: also a new person in the index, contacts looked up and verified, Police’s register, two keys.',
        'Everything is on: log lines at level info, fsync, validation, records. The workers stand still for both.',
      ],
    };
  },
};

const names = {
  bare: 'bare Fastify route',
  'support-decision': 'RegisterSupportDecision',
  'open-case': 'OpenCase',
} as const;
