import { createHash, createSecretKey } from 'node:crypto';
import pg from 'pg';
import {
  addHours,
  dataClasses,
  type Instant,
  plainDateOf,
  type Position,
  type ProcessEvent,
  type RecordedEvent,
} from '#kernel';
import { boardId, type Intents, type IntentType } from '#application';
import type { EventStore } from '#event-store';
import type { EpochKey, KeyMaterial } from '#personal-data';
import { inDays } from '../../libs/application/testing/steps.js';
import { inventedNumber, provider, World } from '../../libs/application/testing/world.js';
import { numberOf, positionOf } from '../../libs/event-store/position.js';
import { fireDeadline } from '../../libs/subscriptions/deadlines.js';
import { dispatcherConsumer } from '../../libs/subscriptions/dispatcher.js';
import { processConsumer } from '../../libs/subscriptions/process-runner.js';
import { registeredProcesses } from '../worker/create-worker.js';

// Large logs for measuring: many invented cases, every one of them played through the real handlers, the real processes
// and the real sealing, over the store in memory. Nothing is multiplied or copied.
//
// A log is made country by country: each has keys, hence tokens, officials and places of its own, plays its cases side by
// side until the last is over, and is then forgotten, so that memory stays the same however long the log is. What the
// countries share is the stream of the rules, which is kept once.

/** Cases that run side by side in one country: enough to mix in every page, few enough for short streams of places. */
const casesPerCountry = 40;
/** A new case every so many hours. */
const hoursBetweenCases = 7;

/** Where cases that nobody answers, or that are declined, are proposed first. */
const otherReceiver = boardId('2580');

const keysOf = (country: number): KeyMaterial => {
  const key = (of: string) =>
    createSecretKey(createHash('sha256').update(`invented country ${country}: ${of}`).digest());
  const epoch = (of: string): EpochKey => ({ epoch: 1, key: key(of) });
  return {
    classKeys: new Map(dataClasses.map((name) => [name, [epoch(name)]])),
    routingKeys: [epoch('routing')],
  };
};

/** The worker without a database: the real processes, dispatcher and deadlines, with what they must remember in memory. */
class MemoryWorker {
  readonly #store: EventStore;
  readonly #consumers;
  readonly #timers = new Map<string, { stream: string; name: string; setAt: number; dueAt: Instant }>();
  #position: Position | undefined;

  constructor(private readonly world: World) {
    this.#store = world.store;
    const reach = () => undefined;
    this.#consumers = [
      ...registeredProcesses(this.#store).map((one) => processConsumer(one, this.#store, reach)),
      dispatcherConsumer(world.sender, this.#store, () => world.clock.now(), reach, 10_000),
    ];
  }

  /** The first deadline that runs; ask when settled. */
  get nextDueAt(): Instant | undefined {
    let next: Instant | undefined;
    for (const { dueAt } of this.#timers.values()) if (next === undefined || dueAt < next) next = dueAt;
    return next;
  }

  /** Works until nothing is left to do and no deadline is due. */
  async settled(): Promise<void> {
    for (;;) {
      const page = await this.#store.readAll(this.#position, 500);
      for (const event of page) {
        this.#remember(event);
        for (const consumer of this.#consumers)
          if (consumer.handles(event))
            for (const sequence of consumer.sequencesOf(event))
              await consumer.act(event, sequence, async () => undefined);
      }
      this.#position = page.at(-1)?.position ?? this.#position;
      if (page.length === 0 && !(await this.#fireDue())) return;
    }
  }

  #remember({ stream, revision, type, data }: RecordedEvent): void {
    if (!stream.startsWith('process-')) return;
    const event = { type, data } as ProcessEvent;
    switch (event.type) {
      case 'DeadlineSet': {
        const { name, dueAt } = event.data;
        this.#timers.set(`${stream}/${name}`, { stream, name, setAt: revision, dueAt });
        return;
      }
      case 'DeadlineCleared':
        this.#timers.delete(`${stream}/${event.data.name}`);
        return;
      case 'DeadlineFired':
        if (this.#timers.get(`${stream}/${event.data.name}`)?.setAt === event.data.setAt)
          this.#timers.delete(`${stream}/${event.data.name}`);
        return;
      case 'ProcessEnded':
        for (const [key, timer] of this.#timers) if (timer.stream === stream) this.#timers.delete(key);
        return;
      default:
        return;
    }
  }

  async #fireDue(): Promise<boolean> {
    const { now } = this.world;
    const due = [...this.#timers.entries()].filter(([, { dueAt }]) => dueAt <= now);
    for (const [key, timer] of due) {
      this.#timers.delete(key);
      await fireDeadline(
        this.#store,
        timer,
        () => this.world.clock.now(),
        () => undefined,
        async () => undefined,
      );
    }
    return due.length > 0;
  }
}

/** Waits in a case: until everything was worked off, or for an instant. */
type Step = Instant | undefined;

/** How the invented cases go, in turn. */
const courses = ['SETTLED', 'DECLINED', 'SILENT', 'LEAVES', 'COUNTERED', 'WITHDRAWN_EARLY'] as const;
type Course = (typeof courses)[number];

/** One case from the first visit to the end; each step is what the officials do before the system works it off. */
async function* playCase(world: World, number: number): AsyncGenerator<Step, void> {
  const course: Course = courses[number % courses.length]!;
  const does = <Type extends IntentType>(sub: string, type: Type, intent: Intents[Type]) =>
    world.act(sub, type, intent);
  const { stream } = await does('officer', 'OpenCase', {
    personalIdentityNumber: inventedNumber(number),
    givenName: 'Testina',
    familyName: 'Påhittad',
    environment: number % 3 === 0 ? 'FAMILY_NETWORK' : 'GANG',
    entryRoute: number % 2 === 0 ? 'SOCIAL_SERVICES' : 'POLICE',
    registryNumber: `dnr-påhittad-${number}`,
    officers: ['colleague'],
  } as Intents['OpenCase']);
  const caseId = stream.replace('relocation-', '');
  yield undefined;
  await does('officer', 'SignWaiver', {
    caseId,
    signedOn: inDays(world, -1),
    validUntil: inDays(world, 500),
    recipientKinds: [
      'HOME_BOARD',
      'RECEIVING_BOARD',
      'HOUSING_PROVIDER',
      'HOME_POLICE',
      'RECEIVING_POLICE',
      'NATIONAL_COORDINATOR',
    ],
    classes: ['identity', 'needs', 'family', 'threat-advice', 'destination', 'address'],
  });
  yield undefined;
  await does('officer', 'RegisterSupportDecision', {
    caseId,
    decisionType: 'ASSISTANCE',
    decidedOn: inDays(world, -1),
    registryNumber: `dnr-påhittad-${number}-2`,
  });
  const desiredStart = inDays(world, 21);
  await does('officer', 'RequestRelocation', {
    caseId,
    adults: 1,
    children: number % 3,
    housingForm: 'PROTECTED',
    competences: ['DEFECTOR_SUPPORT'],
    desiredStart,
    needSummary: 'Behöver lugn och ro',
    companions: number % 3 === 0 ? [] : ['Barn, sju år'],
    noGoMunicipalities: ['0180'],
  });
  yield undefined;
  const assess = (level: 'LOW' | 'MEDIUM' | 'HIGH') =>
    does('assessor', 'AssessThreat', {
      caseId,
      level,
      restrictions: ['NO_SOCIAL_MEDIA'],
      detail: 'Påhittad hotbild',
      advice: 'Påhittat råd',
    });
  await assess('MEDIUM');
  yield undefined;

  /** A check and the proposal that rests on it; nobody else of this country comes between the two. */
  const propose = async (municipalityCode: string): Promise<string> => {
    const candidateId = (await does('coordinator', 'CheckCandidate', { caseId, municipalityCode })).created!;
    const startOn = inDays(world, 21);
    return (await does('coordinator', 'OrderProposal', { caseId, candidateId, startOn })).created!;
  };
  const after = (hours: number): Instant => addHours(world.now, hours);

  if (course === 'DECLINED') {
    const proposalId = await propose('2580');
    yield after(20);
    const answer = { proposalId, answer: 'DECLINE', reason: 'CAPACITY' } as const;
    await does('other-preparer', 'PrepareAnswer', answer);
    await does('other-decider', 'DecideAnswer', answer);
    yield after(2);
  }
  if (course === 'SILENT') {
    await propose('2580');
    yield after(9 * 24);
  }
  const proposalId = await propose('2480');
  yield after(5);
  if (course === 'COUNTERED') {
    const answer = { proposalId, answer: 'COUNTER', startOn: inDays(world, 25) } as const;
    await does('preparer', 'PrepareAnswer', answer);
    await does('decider', 'DecideAnswer', answer);
    yield after(3);
    await does('officer', 'ApproveCounterProposal', { caseId, proposalId });
    yield after(4);
  }
  await does('preparer', 'PrepareAnswer', { proposalId, answer: 'ACCEPT' });
  yield after(1);
  await does('decider', 'DecideAnswer', {
    proposalId,
    answer: 'ACCEPT',
    receivers: ['preparer', 'decider'],
    provider: provider.orgNumber,
    housing: `house-${number}`,
  });
  yield undefined;
  if (course === 'WITHDRAWN_EARLY') {
    await does('officer', 'WithdrawWaiver', { caseId, channel: 'PHONE' });
    yield after(24);
    await does('officer', 'CloseCase', { caseId, code: 'WITHDRAWN' });
    return;
  }
  await does('director', 'GrantAdmission', { proposalId, address: `Påhittade gatan ${number}` });
  yield undefined;
  await does('coordinator', 'ClearPlacement', { proposalId, plannedArrival: inDays(world, 2) });
  yield after(36);
  await does('assessor', 'RecordTransfer', { proposalId, startedAt: world.now });
  yield after(6);
  await does('officer', 'ConfirmArrival', { proposalId, arrivedAt: world.now });
  for (const [at, hours] of [25, 48, 96].entries()) {
    yield after(hours);
    await does('officer', 'RecordFollowUp', {
      proposalId,
      number: at + 1,
      heldOn: plainDateOf(world.now),
      outcome: 'STABLE',
      note: 'Påhittad anteckning',
    });
  }
  yield after(24);
  if (course === 'LEAVES') {
    await does('officer', 'WithdrawWaiver', { caseId, channel: 'ORAL' });
    yield after(30);
    await does('officer', 'ConfirmDeparture', { proposalId, departedAt: world.now });
    yield after(24);
    await does('officer', 'CloseCase', { caseId, code: 'WITHDRAWN' });
    return;
  }
  await assess('MEDIUM');
  yield undefined;
  await does('officer', 'StartSupervisedClosing', { caseId, contactOn: plainDateOf(world.now) });
  yield after(190 * 24);
  await does('officer', 'CloseCase', { caseId, code: 'ESTABLISHED' });
}

/** All cases of one country, from the appointments to the last closing, in the order of its log. */
const playCountry = async (country: number): Promise<readonly RecordedEvent[]> => {
  const world = World.inMemory(keysOf(country), `country ${country}`);
  await world.found();
  await world.appoint('other-preparer', otherReceiver, 'SOCIAL_BOARD', ['RECEIVING_OFFICER']);
  await world.appoint('other-decider', otherReceiver, 'SOCIAL_BOARD', ['RECEIVING_DECIDER']);
  const capacity = {
    places: 100,
    housingForms: ['PROTECTED', 'APARTMENT'],
    competences: ['DEFECTOR_SUPPORT'],
  } as const;
  for (const decider of ['decider', 'other-decider']) await world.act(decider, 'DeclareCapacity', capacity);
  const worker = new MemoryWorker(world);
  await worker.settled();

  const waiting = Array.from({ length: casesPerCountry }, (_, number) => ({
    steps: playCase(world, country * casesPerCountry + number),
    wakeAt: addHours(world.now, number * hoursBetweenCases),
  }));
  while (waiting.length > 0) {
    const wakeAt = waiting.reduce((first, one) => (one.wakeAt < first ? one.wakeAt : first), '9999');
    const { nextDueAt } = worker;
    if (wakeAt > world.now)
      world.clock.set(nextDueAt !== undefined && nextDueAt < wakeAt ? nextDueAt : wakeAt);
    await worker.settled();
    for (const one of waiting.filter((each) => each.wakeAt <= world.now)) {
      const { done, value } = await one.steps.next();
      await worker.settled();
      if (done) waiting.splice(waiting.indexOf(one), 1);
      else one.wakeAt = value ?? world.now;
    }
  }
  return world.store.readAll(undefined, Infinity);
};

/**
 * A log of exactly so many events, country by country (about ten thousand events each), with the positions of the log of
 * this epoch. The same call gives the same ids and facts; ciphertext differs, since it must.
 * @param from how many events stand in that log before
 */
export async function* generateHistory(
  epoch: string,
  events: number,
  from = 0,
): AsyncGenerator<readonly RecordedEvent[], void> {
  let next = from + 1;
  const last = from + events;
  for (let country = 0; next <= last; country += 1) {
    // The first rules stand in the log already.
    const played = (await playCountry(country)).filter(
      ({ stream }) => country === 0 || stream !== 'coordination-national',
    );
    const places = new Map(played.map(({ position }, index) => [position, positionOf(epoch, next + index)]));
    const recorded = played.map((event) => {
      const position = places.get(event.position)!;
      const { position: named } = event.data as { readonly position?: Position };
      const data =
        event.type === 'CommandAccepted' && named
          ? { ...event.data, position: places.get(named) }
          : event.data;
      return { ...event, position, data, recordedAt: recordedAtOf(epoch, position) };
    });
    yield recorded.slice(0, last - next + 1);
    next += recorded.length;
  }
}

/** When an event counts as recorded: one after the other, so that the order of the log is the order of time. */
const recordedAtOf = (epoch: string, position: Position): Instant =>
  new Date(Date.parse('2026-01-01T00:00:00.000Z') + numberOf(epoch, position) * 1_000).toISOString();

/**
 * Fills the log of a migrated database as its owner, past the append function, which numbers and dates by itself.
 * @param onProgress called with the number of events that stand there so far
 */
export const loadHistory = async (
  databaseUrl: string,
  events: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ epoch: string; head: string | null }>(
      'SELECT epoch, (SELECT max(position) FROM log.events) AS head FROM log.epoch',
    );
    if (rows[0]!.head !== null) throw new Error('the log is not empty');
    let done = 0;
    for await (const part of generateHistory(rows[0]!.epoch, events)) {
      for (let at = 0; at < part.length; at += 2_000)
        await insertEvents(client, rows[0]!.epoch, part.slice(at, at + 2_000));
      done += part.length;
      onProgress(done);
    }
    await client.query('ANALYZE log.events');
  } finally {
    await client.end();
  }
};

const insertEvents = async (
  client: pg.Client,
  epoch: string,
  events: readonly RecordedEvent[],
): Promise<void> => {
  await client.query(
    `INSERT INTO log.events (position, stream, revision, id, type, schema_version, data, metadata, recorded_at)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::text[], $6::integer[], $7::json[],
       $8::json[], $9::timestamptz[])`,
    [
      events.map(({ position }) => numberOf(epoch, position)),
      events.map(({ stream }) => stream),
      events.map(({ revision }) => revision),
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ schemaVersion }) => schemaVersion),
      // Out of the canonical text that the store in memory keeps, in the same order of fields.
      events.map(({ data }) => JSON.stringify(data)),
      events.map(({ metadata }) => JSON.stringify(metadata)),
      events.map(({ recordedAt }) => recordedAt),
    ],
  );
};
