import { describe, expect, it } from '@jest/globals';
import type { ProcessInput, ProcessOutput, RecordedEvent } from '#kernel';
import type { PublicAccessEvent } from '#domain/public-access';
import { documentRequests, type DocumentRequestState } from './document-requests.js';

const requestId = 'r-1';
const answerBy = '2026-03-03T23:00:00.000Z';
const decideBy = '2026-03-05T23:00:00.000Z';

const event = (type: PublicAccessEvent['type'], data: object): ProcessInput => ({
  kind: 'event',
  event: { type, data: { requestId, ...data } } as unknown as RecordedEvent,
  sealed: [],
});
const requested = event('DocumentsRequested', {
  authority: 'o-board',
  authorityKind: 'SOCIAL_BOARD',
  answerBy,
});
const decisionAskedFor = event('AuthorityDecisionRequested', { decideBy });
const fired = (name: string, dueAt = answerBy): ProcessInput => ({
  kind: 'deadline',
  name,
  dueAt,
  at: dueAt,
});

/** What comes out for the last input, after those before it. */
const outcome = (...inputs: readonly ProcessInput[]): readonly ProcessOutput[] => {
  let state: DocumentRequestState = documentRequests.initialState;
  let outputs: readonly ProcessOutput[] = [];
  for (const input of inputs) {
    outputs = documentRequests.react(input, state, {});
    state = documentRequests.evolve(state, { input });
    for (const output of outputs) state = documentRequests.evolve(state, { output });
  }
  return outputs;
};

describe('the clock of a request for official documents', () => {
  it('is set when the request comes in, and cleared by any answer', () => {
    expect(outcome(requested)).toEqual([{ kind: 'set-deadline', name: 'OFFICIAL', dueAt: answerBy }]);
    for (const answer of [
      event('DocumentsReleased', { step: 'OFFICIAL' }),
      event('DocumentsRefused', { reason: 'SECRECY' }),
    ])
      expect(outcome(requested, answer)).toEqual([{ kind: 'clear-deadline', name: 'OFFICIAL' }]);
  });

  it('is set again when a decision of the authority is asked for, and cleared by that decision', () => {
    const refused = event('DocumentsRefused', { reason: 'SECRECY' });
    expect(outcome(requested, refused, decisionAskedFor)).toEqual([
      { kind: 'set-deadline', name: 'AUTHORITY', dueAt: decideBy },
    ]);
    for (const decision of [
      event('DocumentsReleased', { step: 'AUTHORITY' }),
      event('RefusalDecided', { reason: 'SECRECY' }),
    ])
      expect(outcome(requested, refused, decisionAskedFor, decision)).toEqual([
        { kind: 'clear-deadline', name: 'AUTHORITY' },
      ]);
  });

  it('is set once more when the court sends the matter back, and not when the refusal stands', () => {
    const before = [requested, decisionAskedFor, event('RefusalDecided', { reason: 'SECRECY' })];
    expect(outcome(...before, event('AppealDecided', { outcome: 'REMITTED', decideBy }))).toEqual([
      { kind: 'set-deadline', name: 'AUTHORITY', dueAt: decideBy },
    ]);
    expect(outcome(...before, event('AppealDecided', { outcome: 'UPHELD' }))).toEqual([]);
  });

  it('calls a late answer overdue in the name of the authority itself', () => {
    expect(outcome(requested, fired('OFFICIAL'))).toEqual([
      {
        kind: 'send',
        command: {
          type: 'AlertDocumentAnswerOverdue',
          stream: 'public-access-r-1',
          data: { requestId, step: 'OFFICIAL', dueAt: answerBy },
          onBehalfOf: { organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' },
        },
      },
    ]);
    expect(outcome(requested, decisionAskedFor, fired('AUTHORITY', decideBy))).toHaveLength(1);
  });

  it('does nothing for a request that it does not know, nor for what came of its own alert', () => {
    expect(outcome(fired('OFFICIAL'))).toEqual([]);
    const [sent] = outcome(requested, fired('OFFICIAL'));
    if (sent?.kind !== 'send') throw new Error('nothing was sent');
    const { command } = sent;
    expect(outcome(requested, { kind: 'accepted', command, at: answerBy })).toEqual([]);
    expect(outcome(requested, { kind: 'refused', command, code: 'x.y', at: answerBy })).toEqual([]);
  });
});
