import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { MemoryEventStore } from '#event-store/memory';
import { RecentReads } from './recent-reads.js';

const stream = 'operations-ledger';
const written = async (): Promise<MemoryEventStore> => {
  const store = new MemoryEventStore();
  const metadata = {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: 'c',
    commandFingerprint: 'f',
    actor: 't1-a',
    organisation: 't1-o',
    agencyKind: 'SOCIAL_BOARD',
    legalBasis: 'SOL_12_2',
    purpose: 'SUPPORT',
    policyVersion: '1',
    occurredAt: '2026-03-02T08:00:00.000Z',
  } as const;
  const event = {
    id: '00000000-0000-4000-8000-000000000001',
    type: 'Added',
    schemaVersion: 1,
    data: {},
    metadata,
  };
  await store.append({ stream, expectedRevision: 'no-stream', events: [event] });
  return store;
};

describe('a read that is kept for a moment', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('is given once', async () => {
    const reads = new RecentReads(await written());
    const read = await reads.readStream(stream);
    expect(reads.take(stream)).toEqual({ stream, ...read });
    expect(reads.take(stream)).toBeUndefined();
  });

  it('is not given when it is more than a second old', async () => {
    const reads = new RecentReads(await written());
    await reads.readStream(stream);
    const later = performance.now() + 1_001;
    jest.spyOn(performance, 'now').mockReturnValue(later);
    expect(reads.take(stream)).toBeUndefined();
  });

  it('is none when there is no such stream, or when only a part was read', async () => {
    const reads = new RecentReads(await written());
    await reads.readStream('operations-other');
    await reads.readStream(stream, { from: 0, limit: 1 });
    expect(reads.take('operations-other')).toBeUndefined();
    expect(reads.take(stream)).toBeUndefined();
  });
});
