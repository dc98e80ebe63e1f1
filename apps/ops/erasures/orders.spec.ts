import { describe, expect, it } from '@jest/globals';
import { linkClasses } from '#domain/erasure';
import type { DataClass, Position, RecordedEvent } from '#kernel';
import { ordersIn } from './orders.js';

const event = (stream: string, type: string, data: object): RecordedEvent =>
  ({ stream, type, data, position: '1' }) as unknown as RecordedEvent;
const renamed = (caseId: string) => event(`protected-data-${caseId}`, 'IdentityAssumed', { caseId });
const all = linkClasses({ extent: 'PERSON' });
const order = (
  type: string,
  decisionId: string,
  cases: readonly string[],
  classes: readonly DataClass[] = all,
) => event('erasure-f-1', type, { decisionId, cases, classes, extent: 'PERSON', ground: 'ASSUMED_IDENTITY' });

const unordered = async (...events: readonly RecordedEvent[]): Promise<readonly string[]> => {
  const readAll = async (after: Position | undefined) => (after === undefined ? events : []);
  return (await ordersIn({ readAll })).unordered;
};

describe('Who got a new identity, and of whom the old one is still there', () => {
  it('is found while nobody has ordered that it goes, as a case', async () => {
    expect(await unordered()).toEqual([]);
    const both = [renamed('c-1'), renamed('c-2')];
    expect(await unordered(...both)).toEqual(['c-1', 'c-2']);
    const proposed = [...both, order('ErasureProposed', 'd-1', ['c-0', 'c-1'])];
    expect(await unordered(...proposed)).toEqual(['c-2']);
    expect(await unordered(...proposed, order('ErasureRejected', 'd-1', []))).toEqual(['c-1', 'c-2']);
    const done = event('erasure-f-1', 'ErasureCompleted', { decisionId: 'd-1', caseId: 'c-1', classes: all });
    expect(await unordered(...proposed, done)).toEqual(['c-2']);
    // Of a restored log that knows of nothing but the end.
    expect(await unordered(...both, done)).toEqual(['c-2']);
  });

  it('is found where what was destroyed by then left something that leads back', async () => {
    expect(await unordered(renamed('c-1'), order('ErasureProposed', 'd-1', ['c-1'], ['identity']))).toEqual([
      'c-1',
    ]);
  });
});
