import { describe, expect, it } from '@jest/globals';
import { MemoryEventStore } from '#event-store/memory';
import type { RecordedEvent } from '#kernel';
import { followsLog } from '#subscriptions';
import { keysOfThisLog } from './wire.js';

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
