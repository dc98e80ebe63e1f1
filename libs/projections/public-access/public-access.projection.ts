import type { AgencyKind, Instant, PlainDate, Projection, Token } from '#kernel';
import type {
  AnswerStep,
  AppealOutcome,
  DocumentKind,
  LetterReason,
  WrittenLetter,
} from '#domain/public-access';
import { flushBatch } from '../shared/batch.js';
import { type DomainEvent, domainEvent, type EventType } from '../shared/events.js';
import { keepOwn, sealedRows } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';

const schema = 'public_access';

export const documentRequestStatuses = [
  'REGISTERED',
  'RELEASED',
  'REFUSED',
  'DECISION_REQUESTED',
  'REFUSAL_DECIDED',
  'REFUSAL_SERVED',
  'APPEALED',
  'APPEAL_DECIDED',
] as const;

/** A request for official documents, as the registrars and deciders of its authority read it. */
export interface DocumentRequest {
  readonly requestId: string;
  readonly status: (typeof documentRequestStatuses)[number];
  readonly authorityKind: AgencyKind;
  readonly anonymous: boolean;
  readonly kinds: readonly DocumentKind[];
  readonly receivedAt: Instant;
  readonly answerBy: Instant;
  /** When the authority's own decision is due, once it was asked for. */
  readonly decideBy: Instant | null;
  /** The answer that is waited for now is late. */
  readonly overdue: boolean;
  /** Who gave the answer that stands: an official, or the authority. */
  readonly step: AnswerStep | null;
  /** Why something was refused, in whole or in part. */
  readonly reason: LetterReason | null;
  /** By which texts the letter of a refusal was written, and its hash. */
  readonly letter: WrittenLetter | null;
  readonly released: readonly DocumentKind[];
  readonly answeredAt: Instant | null;
  readonly servedOn: PlainDate | null;
  readonly appealBy: Instant | null;
  readonly appealedInTime: boolean | null;
  /** What the court said, of the latest appeal. */
  readonly appealOutcome: AppealOutcome | null;
}

interface DocumentRequestRow extends DocumentRequest, Positioned {
  readonly organisation: Token;
  readonly readers: readonly Token[];
}

export const documentRequestColumns = {
  requestId: 'value',
  status: 'value',
  authorityKind: 'value',
  anonymous: 'value',
  kinds: 'value',
  receivedAt: 'instant',
  answerBy: 'instant',
  decideBy: 'instant',
  overdue: 'value',
  step: 'value',
  reason: 'value',
  letter: 'value',
  released: 'value',
  answeredAt: 'instant',
  servedOn: 'date',
  appealBy: 'instant',
  appealedInTime: 'value',
  appealOutcome: 'value',
} as const satisfies Record<keyof DocumentRequest, string>;

export const documentRequestTable = new Table<DocumentRequestRow>('public_access.request_v1', 'requestId', {
  ...documentRequestColumns,
  organisation: 'value',
  readers: 'value',
  lastPosition: 'value',
});

/** Requests for official documents, for the registrars of the authority to which they came. */
export const publicAccessProjection: Projection = {
  name: subscriptions.public_access,
  role: 'project_public_access',
  schema,
  tables: ['request_v1', 'sealed_v1'],
  handles: [
    'DocumentsRequested',
    'DocumentsReleased',
    'DocumentsRefused',
    'AuthorityDecisionRequested',
    'RefusalDecided',
    'RefusalServed',
    'RefusalAppealed',
    'AppealDecided',
    'DocumentRequestTakenOver',
    'DocumentAnswerOverdue',
  ] as const satisfies readonly EventType[],
  sequenceOf: (event) => event.stream,
  flush: flushBatch,
  async apply(event, transaction) {
    const { requestId } = event.data as { requestId: string };
    const row = await changeRow(transaction, documentRequestTable, requestId, event, (before) =>
      requestAfter(before, domainEvent(event)),
    );
    if (!row) return;
    if (event.type === 'DocumentRequestTakenOver') {
      const { official: incoming, office } = event.data as { official: Token; office: readonly Token[] };
      const change = { rowKey: requestId, office, outgoing: undefined, incoming, rescueToo: false };
      await sealedRows(transaction, schema).handOver(transaction, change);
    }
    keepOwn(transaction, schema, event, {
      rowKey: requestId,
      caseId: requestId,
      organisation: row.organisation,
      persons: row.readers,
    });
  },
};

const requestAfter = (
  row: DocumentRequestRow | undefined,
  { type, data }: DomainEvent,
): DocumentRequestRow | undefined => {
  if (type === 'DocumentsRequested') {
    const { requestId, authority, authorityKind, readers, anonymous, kinds, receivedAt, answerBy } = data;
    return {
      requestId,
      status: 'REGISTERED',
      authorityKind,
      anonymous,
      kinds,
      receivedAt,
      answerBy,
      decideBy: null,
      overdue: false,
      step: null,
      reason: null,
      letter: null,
      released: [],
      answeredAt: null,
      servedOn: null,
      appealBy: null,
      appealedInTime: null,
      appealOutcome: null,
      organisation: authority,
      readers,
      lastPosition: '',
    };
  }
  if (!row) return undefined;
  switch (type) {
    case 'DocumentsReleased':
      return {
        ...row,
        status: 'RELEASED',
        overdue: false,
        step: data.step,
        reason: data.redacted ? 'IN_PART' : null,
        letter: data.letter ?? null,
        released: data.kinds,
        answeredAt: data.decidedAt,
      };
    case 'DocumentsRefused':
    case 'RefusalDecided':
      return {
        ...row,
        status: type === 'DocumentsRefused' ? 'REFUSED' : 'REFUSAL_DECIDED',
        overdue: false,
        step: type === 'DocumentsRefused' ? 'OFFICIAL' : 'AUTHORITY',
        // What an official released before stays released.
        reason: row.released.length > 0 ? 'IN_PART' : data.reason,
        letter: data.letter ?? null,
        answeredAt: data.decidedAt,
      };
    case 'AuthorityDecisionRequested':
      return { ...row, status: 'DECISION_REQUESTED', decideBy: data.decideBy, overdue: false };
    case 'RefusalServed':
      return { ...row, status: 'REFUSAL_SERVED', servedOn: data.servedOn, appealBy: data.appealBy };
    case 'RefusalAppealed':
      return { ...row, status: 'APPEALED', appealedInTime: data.inTime, appealOutcome: null };
    case 'AppealDecided':
      return data.decideBy === undefined
        ? { ...row, status: 'APPEAL_DECIDED', appealOutcome: data.outcome }
        : {
            ...row,
            status: 'DECISION_REQUESTED',
            appealOutcome: data.outcome,
            decideBy: data.decideBy,
            overdue: false,
          };
    case 'DocumentRequestTakenOver':
      return { ...row, readers: [...new Set([...row.readers, data.official])] };
    case 'DocumentAnswerOverdue':
      return { ...row, overdue: true };
    default:
      return row;
  }
};
