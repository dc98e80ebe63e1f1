import { load, type LoadResult } from './load.js';
import type { Part } from './part.js';
import { percentile, rounded } from './result.js';

const rate = 200;
const coldSeconds = 10;
/** What the first row of (c) and (d) is for. */
const coldNote = `A process that has just started compiles its code while it answers: its first ${coldSeconds} s stand by themselves, the aim is for what follows.`;

/** (c) From the command that is sent to the row that a query would find. */
export const toRow: Part = {
  part: 'c',
  title: `command to row in the read model, at ${rate} commands a second`,
  async run({ system, quick, progress }) {
    const worker = await system.startWorker();
    await system.settled();
    const [api] = await system.startApis(1);
    progress('cases are opened');
    const officers = await system.openCases(api!, quick ? 5 : 60);
    await system.settled();

    progress(`${rate} commands a second`);
    const reached: { readonly position: string; readonly at: number }[] = [];
    let watching = true;
    const watch = (async () => {
      const session = await system.pool.connect();
      try {
        // Once more when it is over: what the last look was too early for.
        for (let last = false; !last;) {
          last = !watching;
          const { rows } = await session.query<{ position: string }>({
            name: 'reached',
            text: `SELECT position FROM home_board.checkpoints LIMIT 1`,
          });
          const at = performance.timeOrigin + performance.now();
          const position = rows[0]?.position ?? '';
          if (position !== reached.at(-1)?.position) reached.push({ position, at });
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      } finally {
        session.release();
      }
    })();
    const commands = {
      kind: 'support-decision',
      ports: [api!.port],
      connections: 32,
      warmUpSeconds: 0,
      perSecond: rate,
      keep: true,
      officers,
    } as const;
    const cold = await load({ ...commands, run: 1, seconds: quick ? 0.5 : coldSeconds });
    const result = await load({ ...commands, run: 2, seconds: quick ? 1 : 15 });
    await system.settled();
    watching = false;
    await watch;
    await api!.stop();
    await worker.stop();
    const delaysOf = ({ sentAt, positions }: LoadResult): number[] =>
      sentAt.map((sent, index) => {
        const written = system.application.positions.open(positions[index]!);
        const seen = reached.find(({ position }) => written !== undefined && position >= written);
        if (!seen) throw new Error('a command did not reach the read model');
        return seen.at - sent;
      });
    const delays = delaysOf(result);
    return {
      columns: ['commands', 'p50 ms', 'p99 ms', 'longest ms'],
      rows: [
        { name: `row in the read model, first ${coldSeconds} s`, values: figuresOf(delaysOf(cold)) },
        { name: 'answer of the api', values: figuresOf(result.latencies) },
        { name: 'row in the read model', values: figuresOf(delays) },
      ],
      aims: [
        {
          what: 'p99 from command to row',
          measured: percentile(delays, 99),
          target: 100,
          direction: 'at most',
          unit: 'ms',
        },
      ],
      notes: [
        'RegisterSupportDecision, sent at fixed times whether or not the last was answered; from when it was due to the commit of the batch of the home board’s read model that contains it. One api, one worker with all roles.',
        'The watcher looks every 2 ms.',
        coldNote,
      ],
    };
  },
};

/** Each officer looks at FL 16 § in each case, before any name is shown. */
const declareImpartial = async (
  port: number,
  officers: readonly { readonly token: string; readonly cases: readonly string[] }[],
): Promise<void> => {
  await Promise.all(
    officers.map(async ({ token, cases }) => {
      for (const caseId of cases) {
        const path = `/relocation-coordination/v1/cases/${caseId}/impartiality-declarations`;
        const send = () =>
          fetch(`http://127.0.0.1:${port}${path}`, {
            method: 'POST',
            body: '{}',
            headers: {
              authorization: `Bearer ${token}`,
              'content-type': 'application/json',
              'idempotency-key': `declared-${caseId}`,
            },
          });
        let answer = await send();
        // All at once: the grants may be late for some, which send the same again.
        for (let again = 0; again < 10 && answer.status === 503; again += 1) answer = await send();
        if (answer.status !== 200) throw new Error(`a declaration was answered ${answer.status}`);
      }
    }),
  );
};

/** (d) Reading a name: policy, row, grant, record of the read, key, opening. */
export const dossier: Part = {
  part: 'd',
  title: `a sealed dossier read with its record, at ${rate} reads a second`,
  async run({ system, quick, progress }) {
    const worker = await system.startWorker();
    await system.settled();
    const [api] = await system.startApis(1);
    progress('cases are opened');
    const officers = await system.openCases(api!, quick ? 5 : 60);
    await system.settled();
    await declareImpartial(api!.port, officers);
    await system.settled();
    progress(`${rate} reads a second`);
    const records = async (): Promise<number> => {
      const { rows } = await system.pool.query<{ count: string }>(
        `SELECT count(*) FROM vault.reads WHERE action = 'READ'`,
      );
      return Number(rows[0]?.count);
    };
    const before = await records();
    const reads = {
      run: 1,
      kind: 'identity',
      ports: [api!.port],
      connections: 32,
      warmUpSeconds: 0,
      perSecond: rate,
      officers,
    } as const;
    const cold = await load({ ...reads, seconds: quick ? 0.5 : coldSeconds });
    const result = await load({ ...reads, seconds: quick ? 1 : 15 });
    const recorded = (await records()) - before;
    if (recorded < cold.measured + result.measured) throw new Error('a read was answered without a record');
    await api!.stop();
    await worker.stop();
    return {
      columns: ['reads', 'p50 ms', 'p99 ms', 'longest ms'],
      rows: [
        { name: `identity of a case, first ${coldSeconds} s`, values: figuresOf(cold.latencies) },
        { name: 'identity of a case', values: figuresOf(result.latencies) },
      ],
      aims: [
        {
          what: 'p99 of a read',
          measured: percentile(result.latencies, 99),
          target: 50,
          direction: 'at most',
          unit: 'ms',
        },
      ],
      notes: [
        `GET of the identity by a named officer, spread over ${officers.length * officers[0]!.cases.length} cases; each read left its record (counted). The worker runs.`,
        coldNote,
      ],
    };
  },
};

const figuresOf = (values: readonly number[]): number[] => [
  values.length,
  rounded(percentile(values, 50), 1),
  rounded(percentile(values, 99), 1),
  rounded(Math.max(...values), 1),
];
