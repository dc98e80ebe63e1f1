import type { Instant, ProcessManager, RecordedEvent } from '#kernel';
import type { AnswerStep, PublicAccessEvent } from '#domain/public-access';
import { type Agency, send } from './system-commands.js';

export interface DocumentRequestState {
  /** Which request, and of which authority the documents are; undefined before it is known. */
  readonly asked?: { readonly requestId: string; readonly authority: Agency };
}

const handled = [
  'DocumentsRequested',
  'DocumentsReleased',
  'DocumentsRefused',
  'AuthorityDecisionRequested',
  'RefusalDecided',
  'AppealDecided',
] as const satisfies readonly PublicAccessEvent['type'][];
type Watched = Extract<PublicAccessEvent, { type: (typeof handled)[number] }>;

/** Names of the clocks are the steps of the answer. */
const isStep = (name: string): name is AnswerStep => name === 'OFFICIAL' || name === 'AUTHORITY';

/**
 * One instance per request for official documents: an answer that is late becomes a fact that its registrars see. It
 * calls attention and decides nothing.
 */
export const documentRequests: ProcessManager<DocumentRequestState, object> = {
  name: 'document-requests',
  handles: handled,
  route: (event) => [(event.data as Watched['data']).requestId],
  initialState: {},

  react(input, { asked }) {
    switch (input.kind) {
      case 'event': {
        const event = watched(input.event);
        switch (event.type) {
          case 'DocumentsRequested':
            return [set('OFFICIAL', event.data.answerBy)];
          case 'AuthorityDecisionRequested':
            return [set('AUTHORITY', event.data.decideBy)];
          // What was left out may still be asked for: the clock of that begins with the asking.
          case 'DocumentsReleased':
            return [{ kind: 'clear-deadline', name: event.data.step }];
          case 'DocumentsRefused':
            return [{ kind: 'clear-deadline', name: 'OFFICIAL' }];
          // The court may leave the authority something to decide.
          case 'AppealDecided':
            return event.data.decideBy === undefined ? [] : [set('AUTHORITY', event.data.decideBy)];
          case 'RefusalDecided':
            return [{ kind: 'clear-deadline', name: 'AUTHORITY' }];
        }
      }
      case 'deadline': {
        const { name, dueAt } = input;
        if (!asked || !isStep(name)) return [];
        const { requestId, authority } = asked;
        return [send('AlertDocumentAnswerOverdue', { requestId, step: name, dueAt }, authority)];
      }
      // An answer that came in the same moment makes the alert a no-op, and no rule refuses it.
      case 'refused':
      case 'accepted':
        return [];
    }
  },

  evolve(state, step) {
    if (!('input' in step) || step.input.kind !== 'event') return state;
    const event = watched(step.input.event);
    if (event.type !== 'DocumentsRequested') return state;
    const { requestId, authority, authorityKind } = event.data;
    return { asked: { requestId, authority: { organisation: authority, agencyKind: authorityKind } } };
  },
};

const set = (name: AnswerStep, dueAt: Instant) => ({ kind: 'set-deadline', name, dueAt }) as const;

const watched = (event: RecordedEvent): Watched =>
  ({ type: event.type, data: event.data }) as unknown as Watched;
