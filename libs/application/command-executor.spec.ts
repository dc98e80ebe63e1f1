import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  confidential,
  derivedId,
  DomainError,
  type AnyCommand,
  type AnyEvent,
  type Decider,
  type Envelope,
} from '#kernel';
import { type AppendRequest, type EventStore, StoreUnavailable } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import { UncataloguedField } from '#personal-data';
import {
  type CommandContext,
  CommandExecutor,
  type CommandHandling,
  CommandIdReused,
  type EventSealer,
  type LoadedStream,
  loadStream,
  RevisionMismatch,
  TooMuchContention,
} from './command-executor.js';

// A ledger that counts: small enough to say what every command must come to, so that the loop alone is judged.

interface Add {
  readonly amount: number;
  readonly note?: unknown;
}
const ledger: Decider<AnyCommand, AnyEvent, number> = {
  initialState: 0,
  decide({ data }, total) {
    const { amount, note } = data as Add;
    if (amount === 0) return [];
    if (total + amount < 0) throw new DomainError('ledger.overdrawn');
    return Array.from({ length: Math.abs(amount) }, () => ({
      type: amount > 0 ? 'Added' : 'Removed',
      data: note === undefined ? { one: 1 } : { one: 1, note },
    }));
  },
  evolve: (total, event) => (event.type === 'Added' ? total + 1 : total - 1),
};

const stream = 'operations-ledger';
const add: CommandHandling<Add> = {
  stream: () => stream,
  prepare: async (intent) => ({ type: 'Add', data: intent }),
};

const context = (over: Partial<CommandContext> = {}): CommandContext => ({
  at: '2026-03-02T08:00:00.000Z',
  by: { person: 't1-person', organisation: 't1-board', agencyKind: 'SOCIAL_BOARD' },
  commandId: derivedId('command', 'one'),
  fingerprint: 'f1-one',
  legalBasis: 'SOL_12_2',
  purpose: 'SUPPORT',
  policyVersion: '1',
  correlationId: 'correlation',
  causationId: 'cause',
  ...over,
});

let store: MemoryEventStore;
beforeEach(() => {
  store = new MemoryEventStore();
});

const executor = (
  over: {
    store?: EventStore;
    sealer?: EventSealer;
    checkMarks?: (event: object) => void;
    recentlyRead?: (stream: string) => LoadedStream | undefined;
  } = {},
): CommandExecutor =>
  new CommandExecutor(
    over.store ?? store,
    () => ledger,
    () => 1,
    over.sealer,
    over.checkMarks ?? (() => undefined),
    over.recentlyRead,
  );

const run = (amount: number, over: Partial<CommandContext> = {}, by = executor()) =>
  by.execute(add, { amount }, context({ commandId: derivedId('command', `${amount}`), ...over }));

const written = async () => (await store.readStream(stream))?.events ?? [];

/** The memory store, but somebody else writes first, this many times. */
const contended = (times: number): EventStore => {
  let left = times;
  return Object.assign(Object.create(store) as EventStore, {
    readStream: (name: string) => store.readStream(name),
    append: async (request: AppendRequest) => {
      if (left > 0) {
        left -= 1;
        await run(1, { commandId: derivedId('other', left), fingerprint: 'f1-other' });
      }
      return store.append(request);
    },
  });
};

describe('a command', () => {
  it('is decided on what its stream says, and answered with revision and position of its last event', async () => {
    const first = await run(2);
    expect(first).toEqual({ stream, revision: 1, position: await store.head() });
    expect(await run(-1)).toMatchObject({ revision: 2 });
    expect((await written()).map(({ type }) => type)).toEqual(['Added', 'Added', 'Removed']);
    await expect(run(-5)).rejects.toThrow(new DomainError('ledger.overdrawn'));
    expect(await written()).toHaveLength(3);
  });

  it('writes nothing when its process may no longer write, which is asked again before every append', async () => {
    let asked = 0;
    const confirm = async () => {
      asked += 1;
      if (asked === 3) throw new Error('the lease is gone');
    };
    await expect(run(2, { confirm }, executor({ store: contended(2) }))).rejects.toThrow('the lease is gone');
    expect(asked).toBe(3);
    // Of the others only, who were first twice.
    expect((await written()).map(({ metadata }) => metadata.commandFingerprint)).toEqual([
      'f1-other',
      'f1-other',
    ]);
  });

  it('writes down who, why and on which ground, and leaves out what was not said', async () => {
    await run(1, { traceparent: undefined });
    expect((await written())[0]?.metadata).toEqual({
      $correlationId: 'correlation',
      $causationId: 'cause',
      commandId: derivedId('command', '1'),
      commandFingerprint: 'f1-one',
      actor: 't1-person',
      organisation: 't1-board',
      agencyKind: 'SOCIAL_BOARD',
      legalBasis: 'SOL_12_2',
      purpose: 'SUPPORT',
      policyVersion: '1',
      occurredAt: '2026-03-02T08:00:00.000Z',
    });
  });

  it('that is sent again is answered with what was recorded, even when much has happened since', async () => {
    const first = await run(2);
    await run(3);
    expect(await run(2)).toEqual(first);
    expect(await written()).toHaveLength(5);
  });

  it('is refused when its id comes with another body', async () => {
    await run(2);
    await expect(run(2, { fingerprint: 'f1-another' })).rejects.toThrow(CommandIdReused);
    expect(await written()).toHaveLength(2);
  });

  it('is recognised when its fingerprint was made under an epoch before the newest', async () => {
    const first = await run(2, { fingerprint: 'f11-one' });
    const again = { fingerprint: 'f12-one', earlierFingerprints: ['f11-one'] };
    expect(await run(2, again)).toEqual(first);
    await expect(run(2, { ...again, earlierFingerprints: [] })).rejects.toThrow(CommandIdReused);
    expect(await written()).toHaveLength(2);
  });

  it('with two bodies under one id at the same moment counts once, and the other body is refused', async () => {
    const outcomes = await Promise.allSettled([run(2), run(2, { fingerprint: 'f1-another' })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((one) => one.status === 'rejected')?.reason).toBeInstanceOf(CommandIdReused);
    expect(await written()).toHaveLength(2);
  });

  it('sent many times at the same moment counts once, and all hear the same', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => run(2)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await written()).toHaveLength(2);
  });

  it('that changes nothing is answered with the stream as it is, and nothing is written', async () => {
    expect(await run(0)).toEqual({ stream, revision: -1, position: undefined, quiet: true });
    const { position } = await run(2);
    expect(await run(0)).toEqual({ stream, revision: 1, position, quiet: true });
    expect(await written()).toHaveLength(2);
  });

  it('that was refused is judged again when it is sent again', async () => {
    await expect(run(-1)).rejects.toThrow('ledger.overdrawn');
    await run(1);
    expect(await run(-1)).toMatchObject({ revision: 1 });
  });
});

describe('what the caller saw', () => {
  it.each([
    ['the head', 1, undefined],
    ['an earlier revision', 0, 1],
    ['nothing yet', 'no-stream', 1],
  ] as const)('%s: a stream at revision 1', async (_, ifMatch, actual) => {
    await run(2);
    const command = run(3, { ifMatch });
    if (actual === undefined) expect(await command).toMatchObject({ revision: 4 });
    else {
      const mismatch = await command.catch((error: unknown) => error);
      expect(mismatch).toBeInstanceOf(RevisionMismatch);
      expect((mismatch as RevisionMismatch).actualRevision).toBe(actual);
      expect(await written()).toHaveLength(2);
    }
  });

  it('nothing yet, and there is nothing: the command is carried out', async () => {
    expect(await run(1, { ifMatch: 'no-stream' })).toMatchObject({ revision: 0 });
    await expect(run(2, { ifMatch: 'no-stream' })).rejects.toThrow(RevisionMismatch);
  });

  it('something, and there is nothing: the command is refused', async () => {
    await expect(run(1, { ifMatch: 0 })).rejects.toMatchObject({ actualRevision: 'no-stream' });
  });

  it('the last event of the types that the command guards: others in the stream do not count', async () => {
    const guarding = (guards: readonly string[], ifMatch: CommandContext['ifMatch']) =>
      executor().execute(
        { ...add, guards },
        { amount: 1 },
        context({ commandId: derivedId('command', 'guarding', String(ifMatch)), ifMatch }),
      );
    await run(2);
    await run(-1);
    expect(await guarding(['Other'], 'no-stream')).toMatchObject({ revision: 3 });
    await run(-2);
    await expect(guarding(['Added'], 5)).rejects.toMatchObject({ actualRevision: 3 });
    expect(await guarding(['Added'], 3)).toMatchObject({ revision: 6 });
  });

  it('does not stand in the way of a repeat', async () => {
    const first = await run(1, { ifMatch: 'no-stream' });
    await run(2);
    expect(await run(1, { ifMatch: 'no-stream' })).toEqual(first);
  });

  it('counts also when the stream moves between the look and the append', async () => {
    await run(1);
    await expect(run(2, { ifMatch: 0 }, executor({ store: contended(1) }))).rejects.toThrow(RevisionMismatch);
    expect(await written()).toHaveLength(2);
  });
});

describe('when somebody else writes to the same stream', () => {
  it('it is decided again, with fresh facts', async () => {
    const seen: unknown[] = [];
    const looking: CommandHandling<Add> = {
      stream: () => stream,
      prepare: async (intent, _context, loaded) => {
        seen.push(loaded.revision);
        return { type: 'Add', data: intent };
      },
    };
    const result = await executor({ store: contended(2) }).execute(looking, { amount: 1 }, context());
    expect(seen).toEqual(['no-stream', 0, 1]);
    expect(result.revision).toBe(2);
  });

  it('a command that is no longer possible is refused', async () => {
    await run(1);
    const taker = { ...add, prepare: async () => ({ type: 'Add', data: { amount: -1 } }) };
    const others = Object.assign(Object.create(store) as EventStore, {
      readStream: (name: string) => store.readStream(name),
      append: async (request: AppendRequest) => {
        await run(-1, { commandId: derivedId('other') });
        return store.append(request);
      },
    });
    await expect(executor({ store: others }).execute(taker, { amount: 0 }, context())).rejects.toThrow(
      'ledger.overdrawn',
    );
  });

  it('again and again, it gives up without having written', async () => {
    await expect(run(1, {}, executor({ store: contended(100) }))).rejects.toThrow(TooMuchContention);
    const own = (await written()).filter(({ metadata }) => metadata.commandId === derivedId('command', '1'));
    expect(own).toEqual([]);
  });
});

describe('when the store cannot say what came of an append', () => {
  const unsure = (writes: boolean, readable = true): EventStore => {
    let asked = 0;
    return Object.assign(Object.create(store) as EventStore, {
      readStream: (name: string) => {
        asked += 1;
        return readable || asked === 1
          ? store.readStream(name)
          : Promise.reject(new StoreUnavailable('away'));
      },
      append: async (request: AppendRequest) => {
        if (writes) await store.append(request);
        throw new StoreUnavailable('no answer');
      },
    });
  };

  it('what was written is answered as done', async () => {
    expect(await run(2, {}, executor({ store: unsure(true) }))).toEqual({
      stream,
      revision: 1,
      position: await store.head(),
    });
  });

  it.each([
    ['was not written', unsure, false, true],
    ['can not be found out', unsure, true, false],
  ] as const)(
    'what %s is answered as unknown; sent again, it counts once',
    async (_, broken, writes, readable) => {
      await expect(run(2, {}, executor({ store: broken(writes, readable) }))).rejects.toThrow(
        StoreUnavailable,
      );
      expect(await run(2)).toMatchObject({ revision: 1 });
      expect(await written()).toHaveLength(2);
    },
  );
});

describe('what must not be read', () => {
  const secret: CommandHandling<Add> = {
    stream: () => stream,
    prepare: async (intent) => ({
      type: 'Add',
      data: { ...intent, note: confidential('social', 'Påhittad') },
      sealing: { caseId: 'case', subject: 'subject', owner: 't1-board' },
    }),
  };
  const sealer: EventSealer = {
    seal: async (data, { stream: at, eventId }) => ({
      ...data,
      note: { sealed: 1, class: 'social', stream: at, event: eventId, path: 'note' } as Envelope,
    }),
  };

  it('is sealed for the very event that it stands in', async () => {
    await executor({ sealer }).execute(secret, { amount: 2 }, context());
    const events = await written();
    expect(events.map(({ data }) => (data as { note: Envelope }).note.event)).toEqual(
      events.map(({ id }) => id),
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  it('is not written by a process that has no key', async () => {
    await expect(executor().execute(secret, { amount: 1 }, context())).rejects.toThrow('has no key');
    expect(await written()).toEqual([]);
  });

  it('every event passes the field catalogue as it will stand in the log, with its place', async () => {
    const checked: object[] = [];
    const refusing = executor({
      sealer,
      checkMarks: (event) => {
        checked.push(event);
        if (checked.length === 2) throw new UncataloguedField('Added', 'note', 'NOT_SEALED');
      },
    });
    await expect(refusing.execute(secret, { amount: 2 }, context())).rejects.toThrow(UncataloguedField);
    expect(checked[0]).toMatchObject({ stream, type: 'Added', data: { note: { sealed: 1 } } });
    expect(await written()).toEqual([]);
  });
});

describe('what must stand before the event', () => {
  const noting = (rows: string[]): CommandHandling<Add> => ({
    stream: () => stream,
    prepare: async (intent) => ({
      type: 'Add',
      data: intent,
      beforeAppend: async () => {
        rows.push(`${(await written()).length} events`);
      },
    }),
  });

  it('is written when the decision is a yes, before the append', async () => {
    const rows: string[] = [];
    await executor().execute(noting(rows), { amount: 1 }, context());
    expect(rows).toEqual(['0 events']);
  });

  it('is not written for a no, for a repeat, or when nothing changes', async () => {
    const rows: string[] = [];
    await run(1);
    await expect(executor().execute(noting(rows), { amount: -5 }, context())).rejects.toThrow('overdrawn');
    await executor().execute(noting(rows), { amount: 0 }, context());
    await executor().execute(noting(rows), { amount: 1 }, context({ commandId: derivedId('command', '1') }));
    expect(rows).toEqual([]);
  });
});

describe('on a stream that was read a moment ago', () => {
  let reads = 0;
  /** The stream as it stands now is what will have been read, whatever is written meanwhile. */
  const readNow = async (): Promise<CommandExecutor> => {
    const read = await loadStream(store, stream);
    reads = 0;
    return executor({
      store: Object.assign(Object.create(store) as EventStore, {
        readStream: async (name: string) => {
          reads += 1;
          return store.readStream(name);
        },
        append: (request: AppendRequest) => store.append(request),
      }),
      recentlyRead: (name) => (name === stream ? read : undefined),
    });
  };
  beforeEach(async () => {
    await run(2, { commandId: derivedId('command', 'before') });
  });

  it('a yes is appended without another look, when nothing was written since', async () => {
    const by = await readNow();
    expect(await run(1, {}, by)).toMatchObject({ revision: 2 });
    expect(reads).toBe(0);
  });

  it('a yes is decided anew, when somebody has written since', async () => {
    const by = await readNow();
    await run(-2);
    await expect(run(-1, {}, by)).rejects.toThrow(new DomainError('ledger.overdrawn'));
    expect(await written()).toHaveLength(4);
  });

  it('a no is never answered: it is decided anew, and may be a yes by now', async () => {
    const by = await readNow();
    await run(3);
    expect(await run(-4, {}, by)).toMatchObject({ revision: 8 });
    expect(reads).toBe(1);
  });

  it('that nothing changes is found out anew', async () => {
    const by = await readNow();
    await run(1);
    expect(await run(0, {}, by)).toMatchObject({ revision: 2 });
  });

  it('what the caller saw is compared with what stands there now', async () => {
    const by = await readNow();
    await run(1);
    expect(await run(4, { ifMatch: 2 }, by)).toMatchObject({ revision: 6 });
    await expect(run(5, { ifMatch: 1 }, await readNow())).rejects.toThrow(RevisionMismatch);
  });

  it('a repeat is answered with what was recorded, and another body refused, though the read knows of neither', async () => {
    const by = await readNow();
    const first = await run(1);
    expect(await run(1, {}, by)).toEqual(first);
    await expect(run(1, { fingerprint: 'f1-another' }, by)).rejects.toThrow(CommandIdReused);
    expect(await written()).toHaveLength(3);
  });
});

describe('for any order of commands', () => {
  const commands = fc.array(
    fc.record({ key: fc.integer({ min: 0, max: 5 }), amount: fc.integer({ min: -2, max: 3 }) }),
    { maxLength: 25 },
  );

  it('each id counts at most once, and the ledger says what was answered', async () => {
    let accepted = 0;
    let repeated = 0;
    await fc.assert(
      fc.asyncProperty(commands, fc.integer({ min: 1, max: 4 }), async (sequence, together) => {
        store = new MemoryEventStore();
        const said = new Map<number, { amount: number; answer: string }>();
        for (let from = 0; from < sequence.length; from += together) {
          const batch = sequence.slice(from, from + together);
          const earlier = new Set(said.keys());
          const outcomes = await Promise.allSettled(
            batch.map(({ key, amount }) =>
              run(amount, { commandId: derivedId('command', key), fingerprint: `f1-${amount}` }),
            ),
          );
          outcomes.forEach((outcome, index) => {
            const { key, amount } = batch[index]!;
            const before = said.get(key);
            if (outcome.status === 'rejected') {
              const { reason } = outcome;
              if (reason instanceof CommandIdReused) return;
              expect(reason).toMatchObject({ code: 'ledger.overdrawn' });
              // What was once accepted is never refused by a rule afterwards.
              expect(earlier).not.toContain(key);
            } else if (amount !== 0) {
              const answer = JSON.stringify(outcome.value);
              if (before) {
                repeated += 1;
                expect({ amount, answer }).toEqual(before);
              } else accepted += 1;
              said.set(key, { amount, answer });
            }
          });
        }
        const events = await written();
        for (const [key, { amount }] of said)
          expect(
            events.filter(({ metadata }) => metadata.commandId === derivedId('command', key)),
          ).toHaveLength(Math.abs(amount));
        expect(events).toHaveLength(
          [...said.values()].reduce((sum, { amount }) => sum + Math.abs(amount), 0),
        );
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(300);
    expect(repeated).toBeGreaterThan(15);
  });
});
