import { beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '#kernel';
import { foldLog, type LogReader } from './fold-log.js';
import { MemoryLog } from './testing/memory-log.js';
import { write } from './testing/sample.js';

const log = new MemoryLog();
const at = '2026-03-02T08:00:00.000Z';

beforeAll(async () => {
  for (let count = 0; count < 25; count += 1)
    await write(log, `errand-${count % 3}`, count % 5 === 0 ? 'ErrandRequested' : 'ErrandAnswered', {}, at);
});

/** Takes only requests, one page at a time, at its own speed. */
class Requests implements LogReader {
  readonly pages: string[][] = [];
  readonly ends: string[] = [];
  busy = 0;

  constructor(
    private readonly ms: number,
    private readonly fails = false,
  ) {}

  handles({ type }: RecordedEvent): boolean {
    return type === 'ErrandRequested';
  }

  async take(events: readonly RecordedEvent[], last: RecordedEvent): Promise<void> {
    this.busy += 1;
    expect(this.busy).toBe(1);
    await sleep(this.ms);
    this.busy -= 1;
    if (this.fails && this.ends.length === 1) throw new Error('this reader fails');
    this.pages.push(events.map(({ position }) => position));
    this.ends.push(last.position);
  }
}

describe('The log that is read for several', () => {
  it('gives each every page in order, at its own speed, with what is handled and where the page ends', async () => {
    const [quick, slow] = [new Requests(0), new Requests(5)];
    const told: number[] = [];
    await foldLog({ store: log, after: undefined, pageSize: 7, onPage: (events) => told.push(events) }, [
      quick,
      slow,
    ]);
    expect(told).toEqual([7, 7, 7, 4]);
    expect(quick.pages.flat()).toEqual(
      log.events.filter(({ type }) => type === 'ErrandRequested').map(({ position }) => position),
    );
    expect(slow.pages).toEqual(quick.pages);
    expect(slow.ends).toEqual([6, 13, 20, 24].map((place) => log.events[place]!.position));
  });

  it('begins after a position and ends before the first event that is beyond', async () => {
    const reader = new Requests(0);
    const [after, last] = [log.events[4]!.position, log.events[16]!.position];
    await foldLog({ store: log, after, pageSize: 5, until: ({ position }) => position > last }, [reader]);
    expect(reader.pages.flat()).toEqual([5, 10, 15].map((place) => log.events[place]!.position));
    expect(reader.ends.at(-1)).toBe(last);
  });

  it('tells what one reader throws when all have come to rest, and gives nobody another page', async () => {
    const [failing, other] = [new Requests(0, true), new Requests(3)];
    await expect(foldLog({ store: log, after: undefined, pageSize: 4 }, [failing, other])).rejects.toThrow(
      'this reader fails',
    );
    expect([failing.busy, other.busy]).toEqual([0, 0]);
    expect(other.ends.length).toBeLessThan(4);
  });
});
