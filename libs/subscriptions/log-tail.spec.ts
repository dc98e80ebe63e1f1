import { describe, expect, it } from '@jest/globals';
import type { EventStore } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import { LogTail } from './log-tail.js';

describe('runners that read the log', () => {
  let reads = 0;
  const tail = () => {
    reads = 0;
    const store = new MemoryEventStore();
    return new LogTail(
      Object.assign(Object.create(store) as EventStore, {
        readAll: async (...asked: Parameters<EventStore['readAll']>) => {
          reads += 1;
          return store.readAll(...asked);
        },
      }),
    );
  };

  it('at the same place read it together', async () => {
    const log = tail();
    const pages = await Promise.all([log.read(undefined, 10), log.read(undefined, 10)]);
    expect(pages[0]).toBe(pages[1]);
    expect(reads).toBe(1);
    await log.read(undefined, 10);
    expect(reads).toBe(2);
  });

  it('read it anew after something was heard: what is under way may have begun before', async () => {
    const log = tail();
    const before = log.read(undefined, 10);
    log.poke();
    await Promise.all([before, log.read(undefined, 10)]);
    expect(reads).toBe(2);
  });

  it('are all told when it cannot be read, and may try again', async () => {
    const log = tail();
    const broken = Object.assign(Object.create(log.store) as EventStore, {
      readAll: () => Promise.reject(new Error('away')),
    });
    const away = new LogTail(broken);
    const both = await Promise.allSettled([away.read(undefined, 10), away.read(undefined, 10)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(away.read(undefined, 10)).rejects.toThrow('away');
  });
});
