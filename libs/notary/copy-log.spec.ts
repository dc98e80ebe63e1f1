import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreUnavailable } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import type { RecordedEvent } from '#kernel';
import { write } from '../subscriptions/testing/sample.js';
import { copyLog, ForeignTarget } from './copy-log.js';

/** Takes in so many events, then dies in the middle of a page: some of it is stored. */
class DyingTarget extends MemoryEventStore {
  left = Infinity;

  override async importEvents(events: readonly RecordedEvent[]): Promise<void> {
    const taken = events.slice(0, this.left);
    await super.importEvents(taken);
    this.left -= taken.length;
    if (taken.length < events.length) throw new StoreUnavailable('gone');
  }
}

describe('the copy of a log', () => {
  let source: MemoryEventStore;
  const errand = (at: number) =>
    write(source, `errand-${at % 7}`, 'ErrandRequested', { errand: String(at) }, '2026-03-02T08:00:00.000Z');

  let written: readonly RecordedEvent[];
  beforeAll(async () => {
    let tick = 0;
    source = new MemoryEventStore({ now: () => new Date(Date.UTC(2026, 2, 2) + 977 * (tick += 1)) });
    for (let at = 0; at < 603; at += 1) await errand(at);
    written = await source.readAll(undefined, Infinity);
  });
  beforeEach(async () => {
    source = new MemoryEventStore({ epoch: 'source' });
    await source.importEvents(written);
  });
  const withoutPosition = async (store: MemoryEventStore) =>
    (await store.readAll(undefined, Infinity)).map((event) => ({ ...event, position: undefined }));

  it('has the same events with ids, revisions and times, and the same tree head', async () => {
    const target = new MemoryEventStore({ epoch: 'target' });
    const steps = new Map<string, number>();
    const copied = await copyLog({ source, target, onProgress: (step, events) => steps.set(step, events) });
    expect(copied).toMatchObject({ found: 0, grown: false, source: { size: 603 } });
    expect(copied.target).toEqual(copied.source);
    expect(await withoutPosition(target)).toEqual(await withoutPosition(source));
    expect([...steps]).toEqual([
      ['copy', 603],
      ['verify', 603],
    ]);
  });

  it.each([0, 1, 499, 500, 602])('goes on where it stopped after %i events', async (events) => {
    const target = new DyingTarget({ epoch: 'target' });
    target.left = events;
    await expect(copyLog({ source, target })).rejects.toThrow(StoreUnavailable);
    target.left = Infinity;
    const copied = await copyLog({ source, target });
    expect(copied.found).toBe(events);
    expect(copied.target).toEqual(copied.source);
    expect(await withoutPosition(target)).toEqual(await withoutPosition(source));
  });

  it('has nothing to do the second time, and takes what came since the third', async () => {
    const target = new MemoryEventStore({ epoch: 'target' });
    await copyLog({ source, target });
    expect(await copyLog({ source, target })).toMatchObject({ found: 603, source: { size: 603 } });
    await errand(4);
    expect(await copyLog({ source, target })).toMatchObject({ found: 603, target: { size: 604 } });
  });

  it('says that the source has grown while it was read back', async () => {
    const target = new MemoryEventStore({ epoch: 'target' });
    let grown: Promise<unknown> | undefined;
    const copied = await copyLog({
      source,
      target,
      onProgress: (step) => {
        if (step === 'verify') grown ??= errand(1);
      },
    });
    await grown;
    expect(copied).toMatchObject({ grown: true, source: { size: 603 } });
    expect(copied.target).toEqual(copied.source);
  });

  it('shows when the target does not give back what it was given', async () => {
    class Forgetful extends MemoryEventStore {
      override async importEvents(events: readonly RecordedEvent[]): Promise<void> {
        await super.importEvents(
          events.map((event) => ({ ...event, recordedAt: '2026-03-02T08:00:00.000Z' })),
        );
      }
    }
    const copied = await copyLog({ source, target: new Forgetful({ epoch: 'target' }) });
    expect(copied.target.size).toBe(copied.source.size);
    expect(copied.target.root).not.toEqual(copied.source.root);
  });

  it.each([
    ['of another log', 'errand-0'],
    ['beside those of this one', 'other-1'],
  ])('is refused by a target that holds events %s, and nothing is written there', async (_which, stream) => {
    const target = new MemoryEventStore({ epoch: 'target' });
    if (stream === 'other-1') await target.importEvents(await source.readAll(undefined, 40));
    await write(target, stream, 'ErrandRequested', { errand: 'x' }, '2026-03-02T09:00:00.000Z');
    const before = await target.head();
    await expect(copyLog({ source, target })).rejects.toThrow(ForeignTarget);
    expect(await target.head()).toBe(before);
  });

  it('is refused by a target that has more than the source', async () => {
    const target = new MemoryEventStore({ epoch: 'target' });
    await copyLog({ source, target });
    await write(target, 'errand-9', 'ErrandRequested', { errand: 'x' }, '2026-03-02T09:00:00.000Z');
    await expect(copyLog({ source, target })).rejects.toThrow(ForeignTarget);
  });
});
