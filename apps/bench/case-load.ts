import { randomUUID } from 'node:crypto';
import { policyVersion } from '#access';
import { boardId, deciderOf, type CommandContext } from '#application';
import { type AnyEvent, derivedId, fold, streamName } from '#kernel';
import { openLog } from '#event-store';
import { codec } from '#application';
import type { Part, PartContext } from './part.js';
import { inventedNumber } from './load.js';
import { median, percentile, rounded, type Row } from './result.js';

/** (f) Loading one case: its stream read and folded to a state. */
export const caseLoad: Part = {
  part: 'f',
  title: 'load of one case: its stream read and folded',
  async run({ system, quick, progress }) {
    const rows: Row[] = [];
    for (const length of quick ? [5, 20] : [20, 200, 2_000]) {
      progress(`a case of ${length} events is written`);
      const stream = await writeCase(system, length);
      const decider = deciderOf('relocation');
      const times = quick ? 5 : 50;
      progress(`a case of ${length} events is loaded`);
      const known = await timesOf(times, async () => {
        const read = await system.store.readStream(stream);
        fold(decider, (read?.events ?? []) as readonly AnyEvent[]);
      });
      const fresh = await timesOf(Math.min(times, 20), async () => {
        const store = await openLog({
          databaseUrl: system.databaseUrl,
          eventStore: undefined,
          codec,
          name: 'fresh',
        });
        await store.head();
        return {
          measured: async () => {
            const read = await store.readStream(stream);
            if (read?.events.length !== length) throw new Error('the case has another length');
            fold(decider, read.events as readonly AnyEvent[]);
          },
          after: () => store.close(),
        };
      });
      rows.push({
        name: `${length} events`,
        values: [fresh, known].flatMap((values) => [
          rounded(median(values), 2),
          rounded(percentile(values, 99), 2),
        ]),
      });
    }
    return {
      columns: ['first time, p50 ms', 'p99 ms', 'again, p50 ms', 'p99 ms'],
      rows,
      aims: [],
      notes: [
        'Real events of a case, sealed. First time: by a process that has not read the case before. Again: by one that has; it asks the database what is new.',
      ],
    };
  },
};

type Prepared = { readonly measured: () => Promise<void>; readonly after: () => Promise<void> };

const timesOf = async (times: number, work: () => Promise<void | Prepared>): Promise<number[]> => {
  const values: number[] = [];
  for (let time = 0; time < times; time += 1) {
    let began = performance.now();
    const prepared = await work();
    if (prepared) {
      began = performance.now();
      await prepared.measured();
    }
    values.push(performance.now() - began);
    if (prepared) await prepared.after();
  }
  return values;
};

/** Through the real handlers: a case that is opened, then told one decision on support after another. */
const writeCase = async ({ application }: PartContext['system'], length: number): Promise<string> => {
  const { directory } = application;
  const home = boardId('1280');
  const say = (key: string): CommandContext => {
    const commandId = derivedId('bench', key);
    return {
      at: new Date().toISOString(),
      by: {
        person: directory.person('board-1280-officer-1'),
        organisation: directory.organisation(home),
        agencyKind: 'SOCIAL_BOARD',
      },
      organisationId: home,
      commandId,
      fingerprint: commandId,
      legalBasis: 'SOLPUL_6',
      purpose: 'SUPPORT',
      policyVersion,
      correlationId: commandId,
      causationId: commandId,
    };
  };
  const { stream } = await application.execute(
    'OpenCase',
    {
      personalIdentityNumber: inventedNumber(length),
      givenName: 'Testperson',
      familyName: 'Påhittadsson',
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'SN 2024/1',
      officers: [],
    },
    say(randomUUID()),
  );
  const caseId = stream.slice(streamName('relocation', '').length);
  for (let event = 1; event < length; event += 1)
    await application.execute(
      'RegisterSupportDecision',
      {
        caseId,
        decisionType: event % 2 === 0 ? 'ASSISTANCE' : 'LVU',
        decidedOn: '2024-01-15',
        registryNumber: `SN 2024/${event}`,
      },
      say(randomUUID()),
    );
  return stream;
};
