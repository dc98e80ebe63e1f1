import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createVerbatimCodec, type EventStore } from '#event-store';
import { openPostgresEventStore } from '#event-store/postgres';
import type { RecordedEvent } from '#kernel';
import { type Logger, SettableClock, silentLogger } from '#platform';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import {
  checkpointTableSql,
  Crashed,
  EpochMismatch,
  NotParked,
  parkingCrashPoints,
  parkedDecisionsStream,
  ParkedSequences,
  registerProcess,
  Runners,
  type RunnersOptions,
  skippedByOperator,
  subscriptionCrashPoints,
  waitForPosition,
} from './index.js';
import { MemoryLog } from './testing/memory-log.js';
import {
  errandProcess,
  errandsProjection,
  inThreeDays,
  SampleSender,
  sampleSchemaSql,
  threeDays,
  write,
} from './testing/sample.js';

const monday = '2026-03-02T08:00:00.000Z';
const operator = {
  person: 't1-operator',
  organisation: 't1-coordinator',
  agencyKind: 'NATIONAL_COORDINATOR',
} as const;

let database: TestDatabase;
let log: MemoryLog;
let clock: SettableClock;
let running: Runners[] = [];

beforeAll(async () => {
  database = await createTestDatabase({ libs: ['platform', 'event-store', 'subscriptions'] });
  await database.pool.query(sampleSchemaSql);
  await database.pool.query(
    checkpointTableSql({ schema: 'sample', role: 'project_sample', reader: 'read_sample' }),
  );
});
afterAll(() => database.close());

const forgetAll = () =>
  database.pool.query(
    'truncate subs.leases, subs.workers, subs.checkpoints, subs.parked, subs.timers, sample.checkpoints, sample.errands_v1',
  );

beforeEach(async () => {
  await forgetAll();
  log = new MemoryLog();
  clock = new SettableClock(monday);
});
afterEach(async () => {
  await Promise.all(running.map((runners) => runners.stop()));
  running = [];
});

const start = (options: Partial<RunnersOptions> = {}): Runners => {
  const { settings, ...others } = options;
  const runners = new Runners({
    store: log,
    pool: database.pool,
    clock,
    log: silentLogger,
    projections: [errandsProjection()],
    processes: [registerProcess(errandProcess, () => ({ reminderAllowed: true }))],
    sender: new SampleSender(log),
    ...others,
    settings: {
      pollMs: 100,
      deadlineTickMs: 20,
      retry: { attempts: 3, firstDelayMs: 10, longestDelayMs: 20 },
      ...settings,
    },
  });
  running.push(runners);
  runners.start();
  return runners;
};

const request = (errand: string) => write(log, `relocation-${errand}`, 'ErrandRequested', { errand }, monday);
const answer = (errand: string) =>
  write(log, `consent-answer-${errand}`, 'ErrandAnswered', { errand }, monday);

const rows = async (errand?: string): Promise<string[]> => {
  const found = await database.pool.query<{ errand: string; type: string }>(
    'select errand, type from sample.errands_v1 where $1::text is null or errand = $1 order by errand, type',
    [errand ?? null],
  );
  return found.rows.map((row) => `${row.errand} ${row.type}`);
};

/** The log as it must be however often the worker died: order between streams and times of the store left out. */
const history = () =>
  log.events
    .map((event) =>
      JSON.stringify(event, (field, value: unknown) =>
        field === 'position' || field === 'recordedAt' ? undefined : value,
      ),
    )
    .sort();

const noticing = () => {
  const lines: string[] = [];
  const note = (what: string) => void lines.push(what);
  const logger: Logger = { ...silentLogger, info: note, warn: note, error: note };
  return { lines, logger };
};

const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const until = performance.now() + 120_000; performance.now() < until;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come about in time');
};

describe('the road from event to row and from process to command', () => {
  it('asks, waits for an answer, and reminds when the deadline has passed', async () => {
    const sender = new SampleSender(log);
    const runners = start({ sender });
    await request('e1');
    await request('e2');
    await runners.settled();
    expect(await runners.nextDueAt()).toBe(inThreeDays(monday));
    await answer('e1');
    await runners.settled();
    clock.advance(threeDays);
    await runners.settled();
    expect(await runners.nextDueAt()).toBeUndefined();
    expect(sender.sent.map(({ type }) => type).sort()).toEqual(['Ask', 'Ask', 'Remind', 'Thank']);
    expect(await rows('e1')).toEqual([
      'e1 AskDone',
      'e1 ErrandAnswered',
      'e1 ErrandRequested',
      'e1 ThankDone',
    ]);
    const fired = log.events.filter((event) => event.type === 'DeadlineFired');
    expect(fired.map((event) => event.stream)).toEqual(['process-errand-e2']);
  });

  it('hears of a refusal and asks again', async () => {
    const sender = new SampleSender(log, (command) => (command.type === 'Ask' ? 'sample.busy' : undefined));
    const runners = start({ sender });
    await request('e1');
    await runners.settled();
    expect(sender.sent.map(({ type }) => type)).toEqual(['Ask', 'AskAgain']);
    expect(await rows('e1')).toEqual(['e1 ErrandRequested']);
  });

  it('leaves each role to the worker that was given it', async () => {
    const projecting = start({ roles: ['projections'] });
    await request('e1');
    await projecting.settled();
    expect(await rows()).toEqual(['e1 ErrandRequested']);
    expect(log.events).toHaveLength(1);
    await start({ roles: ['processes'] }).settled();
    expect(log.events.map((event) => event.type)).toContain('CommandAccepted');
  });
});

describe('a worker that dies between two steps', () => {
  const story = async (crashAt?: string): Promise<{ crashes: number; history: string[]; rows: string[] }> => {
    await forgetAll();
    log = new MemoryLog();
    clock = new SettableClock(monday);
    let crashes = 0;
    const crashPoints = {
      reach: (name: string) => {
        if (name !== crashAt || crashes > 0) return;
        crashes += 1;
        throw new Error('killed');
      },
    };
    let runners = start({ crashPoints, holder: 'worker-1' });
    const settled = async () => {
      try {
        await runners.settled();
      } catch (error) {
        if (!(error instanceof Crashed)) throw error;
        await runners.stop();
        runners = start({ crashPoints, holder: 'worker-1' });
        await runners.settled();
      }
    };
    await request('e1');
    await request('e2');
    await request('e3');
    await settled();
    await answer('e1');
    await settled();
    clock.advance(threeDays);
    await settled();
    await runners.stop();
    return { crashes, history: history(), rows: await rows() };
  };

  let undisturbed: Awaited<ReturnType<typeof story>>;
  beforeAll(async () => {
    undisturbed = await story();
    expect(undisturbed.history.length).toBeGreaterThan(25);
    expect(undisturbed.rows.length).toBe(10);
  });

  it.each(subscriptionCrashPoints)('at %s leaves the same log and the same rows', async (point) => {
    const disturbed = await story(point);
    expect(disturbed.crashes).toBe(1);
    expect(disturbed.history).toEqual(undisturbed.history);
    expect(disturbed.rows).toEqual(undisturbed.rows);
  });
});

describe('the lease', () => {
  /** A store whose next page is handed over only when the gate opens: a worker that is paused after its reading. */
  const pausable = () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let pausedOnce = false;
    const store: EventStore = {
      epoch: log.epoch,
      append: (request) => log.append(request),
      readStream: (stream, options) => log.readStream(stream, options),
      head: () => log.head(),
      subscribe: (after, signal) => log.subscribe(after, signal),
      close: () => log.close(),
      readAll: async (after, limit) => {
        const page = await log.readAll(after, limit);
        if (page.length > 0) {
          pausedOnce = true;
          await gate;
        }
        return page;
      },
    };
    return { store, open, paused: () => pausedOnce };
  };
  const projecting = { roles: ['projections'] as const, settings: { leaseMs: 200 } };

  it('that was taken over while its holder was paused lets that one write nothing, and the loss is logged', async () => {
    const { store, open, paused } = pausable();
    const { lines, logger } = noticing();
    await request('e1');
    start({ ...projecting, store, log: logger });
    await eventually(paused);
    const successor = start(projecting);
    await eventually(() => successor.status()[0]!.position !== undefined);
    await successor.settled();
    expect(await rows()).toEqual(['e1 ErrandRequested']);
    open();
    await eventually(() => lines.includes('lease lost, nothing was written'));
    expect(await rows()).toEqual(['e1 ErrandRequested']);
  });

  it('of a worker that was paused in the middle of a transaction is taken over, and the row is written once', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let paused = false;
    await request('e1');
    const sleeper = start({
      ...projecting,
      projections: [
        errandsProjection(() => {
          paused = true;
          return gate;
        }),
      ],
    });
    await eventually(() => paused);
    const successor = start(projecting);
    await eventually(() => successor.status()[0]!.position !== undefined);
    open();
    await sleeper.settled();
    await successor.settled();
    expect(await rows()).toEqual(['e1 ErrandRequested']);
  });

  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => ({
    ...errandsProjection(() => Promise.resolve()),
    name: `sample.${letter}.v1`,
    handles: [],
  }));
  const sharing = { roles: ['projections'] as const, projections: many, settings: { pollMs: 50 } };
  const activeOf = (runners: Runners): number => runners.status().filter(({ active }) => active).length;

  it('is shared: two workers that start together hold as many each, and one takes all when the other stops', async () => {
    const [one, other] = [start(sharing), start(sharing)];
    await eventually(() => activeOf(one) === 3 && activeOf(other) === 3);
    await one.stop();
    await eventually(() => activeOf(other) === 6);
    const newcomer = start(sharing);
    await eventually(() => activeOf(newcomer) === 3 && activeOf(other) === 3);
    const fences = await database.pool.query<{ fence: string }>(`select fence from subs.leases`);
    expect(fences.rows).toHaveLength(6);
    await request('e1');
    // Each follows the whole log, with what it holds and with what it looks on at.
    await Promise.all([newcomer.settled(), other.settled()]);
  });

  it('stays with who holds it when the other would but hangs', async () => {
    const { store, open, paused } = pausable();
    await request('e1');
    // The one that hangs is soon given up; the other has leases that no slow machine lets run out.
    const hanging = start({ ...sharing, holder: 'hanging', settings: { pollMs: 50, leaseMs: 400 }, store });
    await eventually(() => paused() && activeOf(hanging) === 6);
    const working = start({ ...sharing, holder: 'working', settings: { pollMs: 50, leaseMs: 60_000 } });
    await eventually(() => activeOf(working) === 6);
    await working.settled();
    // Both have given signs of life, again and again, for longer than one of the first lasts: nothing is given back to
    // one who does not answer.
    const lastSigns = async () =>
      (
        await database.pool.query<{ at: number }>(
          `select (extract(epoch from expires_at) * 1000)::float8 as at from subs.workers order by holder`,
        )
      ).rows.map(({ at }) => at);
    const before = await lastSigns();
    expect(before).toHaveLength(2);
    await eventually(async () => (await lastSigns()).every((at, index) => at > before[index]! + 600));
    expect(activeOf(working)).toBe(6);
    open();
    await eventually(() => activeOf(working) === 3);
  });

  it('of the deadlines is kept between two looks at them, however long ago the last one was', async () => {
    const runners = start({ settings: { leaseMs: 200, pollMs: 20, deadlineTickMs: 60_000 } });
    await request('e1');
    await runners.settled();
    for (let n = 0; n < 3; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      clock.advance(threeDays);
      await runners.settled();
      expect(log.events.filter(({ type }) => type === 'DeadlineFired')).toHaveLength(1);
    }
  });

  it('of the deadlines that another took over is lost, and that is logged with its fence', async () => {
    const lost: object[] = [];
    const logger: Logger = { ...silentLogger, warn: (what, fields) => void lost.push({ what, ...fields }) };
    await start({ roles: ['deadlines'], log: logger, settings: { leaseMs: 1_000 } }).settled();
    const { rows: taken } = await database.pool.query<{ fence: string }>(
      `update subs.leases set fence = fence + 1, holder = 'another', expires_at = 'infinity'
       where subscription = 'deadlines' returning (fence - 1)::text as fence`,
    );
    await eventually(() => lost.length > 0);
    expect(lost).toEqual([
      { what: 'lease lost, nothing was written', subscription: 'deadlines', fence: taken[0]!.fence },
    ]);
  });

  it('goes over at once when its holder stops', async () => {
    const first = start({ roles: ['projections'], settings: { leaseMs: 60_000 } });
    await request('e1');
    await first.settled();
    const second = start({ roles: ['projections'], settings: { leaseMs: 60_000 } });
    expect(second.status()[0]!.active).toBe(false);
    await first.stop();
    await request('e2');
    await second.settled();
    expect(await rows()).toEqual(['e1 ErrandRequested', 'e2 ErrandRequested']);
  });
});

describe('an event that cannot be applied', () => {
  const parked = () => new ParkedSequences(database.pool, log, () => clock.now(), 'of-now');
  const poison = (errand: string, isPoison: () => boolean = () => true) =>
    errandsProjection((event: RecordedEvent) => {
      if (
        (event.data as { errand: string }).errand === errand &&
        event.type === 'ErrandRequested' &&
        isPoison()
      )
        throw new TypeError('Astrid Exempelsson has no such field');
    });
  const projecting = (projection = poison('e1')) =>
    start({ roles: ['projections'], projections: [projection] });

  it('holds up its own sequence only, and is listed by its code without what the error said', async () => {
    const { lines, logger } = noticing();
    const runners = start({ roles: ['projections'], projections: [poison('e1')], log: logger });
    await request('e1');
    await request('e2');
    await answer('e1');
    await answer('e2');
    await runners.settled();
    expect(await rows()).toEqual(['e2 ErrandAnswered', 'e2 ErrandRequested']);
    expect(await parked().list()).toEqual([
      expect.objectContaining({
        subscription: 'sample.errands.v1',
        sequence: 'e1',
        eventId: log.events[0]!.id,
        errorCode: 'TypeError',
        state: 'parked',
        attempts: 3,
        queued: 1,
      }),
    ]);
    const stored = await database.pool.query('select * from subs.parked');
    expect(JSON.stringify([stored.rows, lines])).not.toContain('Astrid');
    expect(runners.status()[0]).toMatchObject({ parked: 1, retrying: 0 });
  });

  it('that fails for a moment only is tried again by itself, in order with those behind it', async () => {
    let failures = 0;
    const runners = projecting(poison('e1', () => (failures += 1) < 3));
    await request('e1');
    await answer('e1');
    await runners.settled();
    expect(await rows()).toEqual(['e1 ErrandAnswered', 'e1 ErrandRequested']);
    expect(await parked().list()).toEqual([]);
    const order = await database.pool.query<{ type: string }>(
      'select type from sample.errands_v1 order by ctid',
    );
    expect(order.rows.map((row) => row.type)).toEqual(['ErrandRequested', 'ErrandAnswered']);
  });

  it('is applied with all behind it when an operator has it tried again, which is recorded in the log', async () => {
    let broken = true;
    const runners = projecting(poison('e1', () => broken));
    await request('e1');
    await answer('e1');
    await runners.settled();
    await parked().retry('sample.errands.v1', 'e1', operator);
    await runners.settled();
    expect((await parked().list())[0]).toMatchObject({ state: 'parked', attempts: 4, queued: 1 });
    broken = false;
    await parked().retry('sample.errands.v1', 'e1', operator);
    await runners.settled();
    expect(await rows()).toEqual(['e1 ErrandAnswered', 'e1 ErrandRequested']);
    expect(await parked().list()).toEqual([]);
    const decisions = (await log.readStream(parkedDecisionsStream))!.events;
    expect(decisions.map((event) => [event.type, event.metadata.actor])).toEqual([
      ['ParkedSequenceRetried', 't1-operator'],
      ['ParkedSequenceRetried', 't1-operator'],
    ]);
  });

  it('is left out when an operator skips it with a reason, which is recorded, and the others are applied', async () => {
    const runners = projecting();
    await request('e1');
    await answer('e1');
    await runners.settled();
    const why = { reason: 'EVENT_OF_NO_CONSEQUENCE', ticket: 'OPS-12' } as const;
    await parked().skip('sample.errands.v1', 'e1', why, operator);
    await runners.settled();
    expect(await rows()).toEqual(['e1 ErrandAnswered']);
    expect(await parked().list()).toEqual([]);
    const decision = (await log.readStream(parkedDecisionsStream))!.events[0]!;
    expect(decision).toMatchObject({
      type: 'ParkedSequenceSkipped',
      data: { subscription: 'sample.errands.v1', sequence: 'e1', event: log.events[0]!.id, ...why },
    });
  });

  it.each(parkingCrashPoints)(
    'is set aside and taken up again once, although the worker dies at %s',
    async (point) => {
      let crashes = 0;
      const crashPoints = {
        reach: (name: string) => {
          if (name !== point || crashes > 0) return;
          crashes += 1;
          throw new Error('killed');
        },
      };
      let failures = 0;
      const options: Partial<RunnersOptions> = {
        roles: ['projections'],
        projections: [poison('e1', () => (failures += 1) < 3)],
        holder: 'worker-1',
        crashPoints,
      };
      await request('e1');
      await answer('e1');
      const first = start(options);
      await expect(first.settled()).rejects.toThrow(Crashed);
      await first.stop();
      await start(options).settled();
      expect(crashes).toBe(1);
      expect(await rows()).toEqual(['e1 ErrandAnswered', 'e1 ErrandRequested']);
      expect(await parked().list()).toEqual([]);
    },
  );

  it('cannot be skipped without a reason from the list and a ticket, nor when nothing is parked', async () => {
    const runners = projecting();
    await request('e1');
    await runners.settled();
    const skip = (reason: string, ticket: string, sequence = 'e1') =>
      parked().skip('sample.errands.v1', sequence, { reason: reason as never, ticket }, operator);
    await expect(skip('because', 'OPS-1')).rejects.toThrow('the reason must be one of');
    await expect(skip('EVENT_OF_NO_CONSEQUENCE', 'Astrid')).rejects.toThrow('must look like OPS-1234');
    await expect(skip('EVENT_OF_NO_CONSEQUENCE', 'OPS-1', 'e9')).rejects.toThrow(NotParked);
    expect(await log.readStream(parkedDecisionsStream)).toBeUndefined();
  });

  it('may be a command: the commands of that process wait, other processes go on, a skip reaches it as a refusal', async () => {
    const sender = new SampleSender(log, (command) => {
      if (command.stream === 'consent-e1') throw new TypeError('cannot be carried out');
      return undefined;
    });
    const runners = start({ sender });
    await request('e1');
    await request('e2');
    await answer('e2');
    await runners.settled();
    expect(await rows('e2')).toEqual([
      'e2 AskDone',
      'e2 ErrandAnswered',
      'e2 ErrandRequested',
      'e2 ThankDone',
    ]);
    expect(await parked().list()).toEqual([
      expect.objectContaining({ subscription: 'dispatcher', sequence: 'process-errand-e1', attempts: 3 }),
    ]);
    const why = { reason: 'EFFECT_DONE_BY_HAND', ticket: 'OPS-13' } as const;
    await parked().skip('dispatcher', 'process-errand-e1', why, operator);
    await runners.settled();
    const process = (await log.readStream('process-errand-e1'))!.events;
    const refused = process.find((event) => event.type === 'CommandRefused')!;
    expect(refused.data).toEqual({ issuedAt: 1, code: skippedByOperator });
    const inputs = process.filter((event) => event.type === 'InputRecorded').map((event) => event.data);
    expect(inputs.at(-1)).toMatchObject({ input: { kind: 'refused', code: skippedByOperator } });
  });

  it('is not what a lost database session is: nothing is parked, and the row is written once', async () => {
    let killed = 0;
    const admin = new pg.Client(database.adminUrl);
    await admin.connect();
    try {
      const runners = projecting(
        errandsProjection(async () => {
          if (killed > 0) return;
          const { rowCount } = await admin.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and state = 'idle in transaction'`,
          );
          killed += rowCount ?? 0;
        }),
      );
      await request('e1');
      await runners.settled();
      expect(killed).toBeGreaterThan(0);
      expect(await rows()).toEqual(['e1 ErrandRequested']);
      expect(await parked().list()).toEqual([]);
    } finally {
      await admin.end();
    }
  });
});

describe('the checkpoint', () => {
  it('moves over events that the read model does not handle, so that a wait for their position ends', async () => {
    const runners = start({ roles: ['projections'] });
    const { position } = await write(log, 'relocation-e1', 'SomethingElse', {}, monday);
    const arrived = await waitForPosition(database.pool, 'sample', 'sample.errands.v1', position, 45_000, {
      epoch: log.epoch,
    });
    expect(arrived).toBe(true);
    await runners.settled();
    expect(await rows()).toEqual([]);
  });

  it('moves over many such events at once, a moment later, and before the next one that is handled', async () => {
    await database.pool.query(`
      create table if not exists sample.moves (position text);
      create or replace function sample.moved() returns trigger security definer language plpgsql as $$
        begin insert into sample.moves values (new.position); return new; end $$;
      create or replace trigger moved after update on sample.checkpoints for each row execute function sample.moved();
      truncate sample.moves`);
    const passMs = 500;
    const moves = async () => (await database.pool.query('select from sample.moves')).rowCount ?? 0;
    const runners = start({ roles: ['projections'], settings: { passMs } });
    await request('tea');
    await runners.settled();
    await database.pool.query('truncate sample.moves');
    const began = performance.now();
    for (let n = 0; n < 40; n += 1) {
      await write(log, `relocation-other-${n}`, 'SomethingElse', { errand: 'other' }, monday);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(await moves()).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / passMs));
    await answer('tea');
    await runners.settled();
    expect(await rows()).toEqual(['tea ErrandAnswered', 'tea ErrandRequested']);
    const { rows: last } = await database.pool.query<{ position: string }>(
      'select position from sample.checkpoints',
    );
    expect(last).toEqual([{ position: await log.head() }]);
  });

  it('that stands before events which were passed by is where the next worker goes on, and nothing is lost', async () => {
    const first = start({ roles: ['projections'], settings: { passMs: 60_000 } });
    await request('tea');
    await first.settled();
    const handled = await log.head();
    await write(log, 'relocation-other', 'SomethingElse', { errand: 'other' }, monday);
    while (first.status()[0]!.position !== (await log.head()))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await first.stop();
    const { rows: left } = await database.pool.query<{ position: string }>(
      'select position from sample.checkpoints',
    );
    expect(left).toEqual([{ position: handled }]);
    const next = start({ roles: ['projections'] });
    await answer('tea');
    await next.settled();
    expect(await rows()).toEqual(['tea ErrandAnswered', 'tea ErrandRequested']);
  });

  it('is not waited for longer than was said, and not taken for that of another log or another read model', async () => {
    const { position } = await request('e1');
    const wait = (names: string | string[], options = {}) =>
      waitForPosition(database.pool, 'sample', names, position, 30, options);
    expect(await wait('sample.errands.v1')).toBe(false);
    await start({ roles: ['projections'] }).settled();
    expect(await wait('sample.errands.v1')).toBe(true);
    expect(await wait(['sample.errands.v1', 'sample.other.v1'])).toBe(false);
    expect(await wait('sample.errands.v1', { epoch: 'b2' })).toBe(false);
  });

  it('of another log stops the runner, which says so', async () => {
    const first = start({ roles: ['projections'] });
    await request('e1');
    await first.settled();
    await first.stop();
    const { lines, logger } = noticing();
    log = new MemoryLog('b2');
    await request('e2');
    const second = start({ roles: ['projections'], log: logger });
    await expect(second.settled()).rejects.toThrow(EpochMismatch);
    await expect(second.settled()).rejects.toThrow('belongs to log a1, the store is log b2');
    expect(second.status()[0]!.failure).toBe('EpochMismatch');
    expect(lines).toContain('subscription stopped for good');
    expect(await rows()).toEqual(['e1 ErrandRequested']);
  });
});

describe('the runners', () => {
  it('work on the log in PostgreSQL as they do on the one in memory', async () => {
    const store = await openPostgresEventStore({
      connection: { connectionString: database.url },
      codec: createVerbatimCodec(),
    });
    try {
      const runners = start({ store, sender: new SampleSender(store) });
      await write(store, 'relocation-e1', 'ErrandRequested', { errand: 'e1' }, monday);
      await runners.settled();
      clock.advance(threeDays);
      await runners.settled();
      const process = (await store.readStream('process-errand-e1'))!.events.map((event) => event.type);
      expect(process).toContain('DeadlineFired');
      expect(process).toContain('ProcessEnded');
      expect(await rows('e1')).toEqual(['e1 AskDone', 'e1 ErrandRequested']);
      await runners.stop();
    } finally {
      await store.close();
    }
  });

  it('refuse two subscriptions of one name, and process names that would share streams', () => {
    const twice = { projections: [errandsProjection(), errandsProjection()] };
    expect(() => start(twice)).toThrow('two subscriptions are called sample.errands.v1');
    const facts = () => ({ reminderAllowed: true });
    const processes = [
      registerProcess(errandProcess, facts),
      registerProcess({ ...errandProcess, name: 'errand-long' }, facts),
    ];
    expect(() => start({ processes })).toThrow('would look like those of process:errand');
  });
});
