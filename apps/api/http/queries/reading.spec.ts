import { describe, expect, it } from '@jest/globals';
import type { ApiOptions, Caller } from '../../api-options.js';
import { Reading } from './reading.js';

describe('the complete report', () => {
  const drawnUp = {
    caseId: 'c-1',
    subject: 's-1',
    reportId: 'r-1',
    requestedOn: '2026-03-02',
    until: '2026-03-03T08:00:00.000Z',
    producedBy: 'p-drew-it-up',
  };
  /** What somebody is answered, and how often the vault was asked. */
  const taking = async (person: string, reportId = 'r-1') => {
    let asked = 0;
    const reading = new Reading({
      clock: { now: () => new Date('2026-03-04T08:00:00.000Z') },
      application: {
        facts: { events: async () => [{ type: 'AccessReportProduced', data: drawnUp }] },
        vault: {
          completeAccessReport: async () => {
            asked += 1;
            return [];
          },
        },
      },
    } as unknown as ApiOptions);
    const caller = { by: { person }, purpose: 'PERSONS_ACCESS', legalBasis: 'GDPR_15' } as Caller;
    const answer = await reading
      .completeAccessReport(caller, 'c-1', reportId)
      .catch((error: { code?: string }) => error.code);
    return { answer, asked };
  };

  it('is taken by another person than who drew it up: to that one it is not there, and nothing is asked', async () => {
    expect(await taking('p-reviewer')).toMatchObject({ answer: { reportId: 'r-1', items: [] }, asked: 1 });
    expect(await taking('p-drew-it-up')).toEqual({ answer: 'thing.not_found', asked: 0 });
    expect(await taking('p-reviewer', 'r-2')).toEqual({ answer: 'thing.not_found', asked: 0 });
  });
});
