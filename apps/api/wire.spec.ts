import { describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#event-store/memory';
import type { RecordedEvent } from '#kernel';
import type { KeyMaterial } from '#personal-data';
import { createLogger, createPool, lookAtHealth, systemClock } from '#platform';
import { followsLog } from '#subscriptions';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import { keysOfThisLog, wire } from './wire.js';

const recorded = '2026-11-22T08:00:00.000Z';
const after = (seconds: number) => () => new Date(Date.parse(recorded) + seconds * 1000);

const metadata = {
  $correlationId: 'c',
  $causationId: 'c',
  commandId: 'c',
  commandFingerprint: 'f',
  actor: 'process:test',
  organisation: 'o',
  agencyKind: 'POLICE',
  legalBasis: 'TEST',
  purpose: 'TEST',
  policyVersion: '1',
  occurredAt: recorded,
} as const;

const logOfTwo = async () => {
  const store = new MemoryEventStore({ now: () => new Date(recorded) });
  const positions: string[] = [];
  for (const stream of ['area-a', 'area-b']) {
    const id = `00000000-0000-4000-8000-00000000000${positions.length}`;
    const event = { id, type: 'AdversaryPresenceChanged', schemaVersion: 1, data: { area: 'a' }, metadata };
    const result = await store.append({ stream, expectedRevision: 'no-stream', events: [event] });
    if (result.outcome === 'appended') positions.push(result.position);
  }
  return { store, first: positions[0], last: positions[1] };
};

describe('whether everything behind the log keeps up', () => {
  it('is well when all have come to its end, however long ago that was', async () => {
    const { store, last } = await logOfTwo();
    expect(await followsLog(store, async () => [last, last], after(3600))()).toBe(true);
  });

  it('is well for half a minute when one is behind, and not longer, already at the first look', async () => {
    const { store, first, last } = await logOfTwo();
    const behind = async () => [last, first, last];
    expect(await followsLog(store, behind, after(30))()).toBe(true);
    expect(await followsLog(store, behind, after(31))()).toBe(false);
  });

  it('is not well when one never began', async () => {
    const { store, last } = await logOfTwo();
    expect(await followsLog(store, async () => [last, undefined], after(3600))()).toBe(false);
  });

  it('is well when nothing has happened yet', async () => {
    expect(await followsLog(new MemoryEventStore(), async () => [undefined], after(0))()).toBe(true);
  });
});

describe('whether the keys are those of this log', () => {
  const ring = (...epochs: readonly (readonly [number, string])[]) => ({
    everyToken: () => epochs.map(([epoch, mark]) => `t1${epoch}-${mark.repeat(43)}`),
  });
  const logOf = (organisation: string | undefined) => {
    let reads = 0;
    return {
      reads: () => reads,
      readStream: async () => {
        reads += 1;
        return organisation === undefined
          ? undefined
          : { events: [{ metadata: { organisation } } as RecordedEvent], revision: 0 };
      },
    };
  };
  const written = `t11-${'a'.repeat(43)}`;

  it('is well with the keys that wrote it, also after a new epoch, and is looked up once', async () => {
    const log = logOf(written);
    const check = keysOfThisLog(log, ring([2, 'c'], [1, 'a']));
    expect([await check(), await check(), log.reads()]).toEqual([true, true, 1]);
  });

  it('is not well with others', async () => {
    const check = keysOfThisLog(logOf(written), ring([1, 'b']));
    expect([await check(), await check()]).toEqual([false, false]);
  });

  it('cannot be told of an empty log, or of one whose first epoch is gone', async () => {
    expect(await keysOfThisLog(logOf(undefined), ring([1, 'b']))()).toBe(true);
    expect(await keysOfThisLog(logOf(written), ring([2, 'b']))()).toBe(true);
  });
});

describe('whether the routing key is of this year', () => {
  it('is told when a new epoch is overdue, and nobody is sent away for it; a new one puts it right', async () => {
    const material = randomKeyMaterial();
    const [key] = material.routingKeys;
    const daysAgo = (days: number): string =>
      new Date(systemClock.now().getTime() - days * 24 * 3_600_000).toISOString();
    const since = (...all: readonly (string | undefined)[]): KeyMaterial['routingKeys'] =>
      all.map((one, index) => ({ ...key!, epoch: index + 1, since: one }));
    // Connects to nothing before it is asked.
    const pool = createPool('postgres://nobody@127.0.0.1:9/none', { name: 'test', max: 1 });
    const { application, healthChecks } = wire({
      store: new MemoryEventStore(),
      pool,
      keys: { ...material, routingKeys: since(daysAgo(2)) },
      clock: systemClock,
      log: createLogger({ component: 'test', level: 'silent' }),
      issuer: 'https://login.example.se',
      audience: 'relocation-coordination',
    });
    const told = () => lookAtHealth(healthChecks!.filter(({ name }) => name === 'routingKey'));
    const well = { status: 'ok', checks: { routingKey: 'ok' } };
    expect(await told()).toEqual(well);
    for (const overdue of [since(daysAgo(400)), since(undefined)]) {
      application!.renewKeys({ ...material, routingKeys: overdue });
      expect(await told()).toEqual({ status: 'behind', checks: { routingKey: 'failing' } });
    }
    application!.renewKeys({ ...material, routingKeys: since(daysAgo(400), daysAgo(1)) });
    expect(await told()).toEqual(well);
    await pool.end();
  });
});
