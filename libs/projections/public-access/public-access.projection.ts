import {
  type AgencyKind,
  type Instant,
  type PlainDate,
  plainDateOf,
  type Projection,
  type Token,
} from '#kernel';
import type {
  AnswerStep,
  AppealOutcome,
  DocumentKind,
  LetterReason,
  WrittenLetter,
} from '#domain/public-access';
import { flushBatch } from '../shared/batch.js';
import { type DomainEvent, domainEvent, type EventType } from '../shared/events.js';
import { lettingGo } from '../shared/erased.js';
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

/** The letter of one decision by which something was refused: it stays, whatever is decided after it. */
export interface RefusalLetter {
  readonly step: AnswerStep;
  /** What the court had said when the authority decided again. */
  readonly afterCourt: AppealOutcome | null;
  readonly reason: LetterReason;
  readonly decidedOn: PlainDate;
  /** By which texts it was written, and its hash; none of before 2026-11-26. */
  readonly letter: WrittenLetter | null;
}

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
  /** The letter of each decision by which something was refused, first to last. */
  readonly letters: readonly RefusalLetter[];
  readonly released: readonly DocumentKind[];
  readonly answeredAt: Instant | null;
  readonly servedOn: PlainDate | null;
  readonly appealBy: Instant | null;
  readonly appealedInTime: boolean | null;
  /** What the court said, of the latest appeal. */
  readonly appealOutcome: AppealOutcome | null;
  /** What the court has ordered to be released, in the latest appeal. */
  readonly orderedKinds: readonly DocumentKind[];
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
  letters: 'json',
  released: 'value',
  answeredAt: 'instant',
  servedOn: 'date',
  appealBy: 'instant',
  appealedInTime: 'value',
  appealOutcome: 'value',
  orderedKinds: 'value',
} as const satisfies Record<keyof DocumentRequest, string>;

export const documentRequestTable = new Table<DocumentRequestRow>('public_access.request_v1', 'requestId', {
  ...documentRequestColumns,
  organisation: 'value',
  readers: 'value',
  lastPosition: 'value',
});

const made: Projection = {
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

/** Requests for official documents, for the registrars of the authority to which they came; each is erased by itself. */
export const publicAccessProjection: Projection = lettingGo(made, [
  { table: 'sealed_v1' },
  { table: 'request_v1', where: 'request_id = ANY ($1)' },
]);

/** The letters of before, and the one that was decided now: none takes the place of another. */
const lettersWith = (
  { letters, appealOutcome: afterCourt }: DocumentRequestRow,
  step: AnswerStep,
  reason: LetterReason,
  { decidedAt, letter }: { readonly decidedAt: Instant; readonly letter?: WrittenLetter },
): readonly RefusalLetter[] => [
  ...letters,
  { step, afterCourt, reason, decidedOn: plainDateOf(decidedAt), letter: letter ? writtenOf(letter) : null },
];

/** Of which kind a letter is stands beside it. */
const writtenOf = ({ reason: _kind, ...written }: WrittenLetter): WrittenLetter => written;

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
      letters: [],
      released: [],
      answeredAt: null,
      servedOn: null,
      appealBy: null,
      appealedInTime: null,
      appealOutcome: null,
      orderedKinds: [],
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
        letters: data.redacted ? lettersWith(row, data.step, 'IN_PART', data) : row.letters,
        // What was released before stays released.
        released: [...new Set([...row.released, ...data.kinds])],
        answeredAt: data.decidedAt,
      };
    case 'DocumentsRefused':
    case 'RefusalDecided': {
      const step = type === 'DocumentsRefused' ? 'OFFICIAL' : 'AUTHORITY';
      // What an official released before stays released.
      const reason = data.letter?.reason ?? (row.released.length > 0 ? 'IN_PART' : data.reason);
      return {
        ...row,
        status: type === 'DocumentsRefused' ? 'REFUSED' : 'REFUSAL_DECIDED',
        overdue: false,
        step,
        reason,
        letters: lettersWith(row, step, reason, data),
        answeredAt: data.decidedAt,
      };
    }
    case 'AuthorityDecisionRequested':
      return { ...row, status: 'DECISION_REQUESTED', decideBy: data.decideBy, overdue: false };
    case 'RefusalServed':
      return { ...row, status: 'REFUSAL_SERVED', servedOn: data.servedOn, appealBy: data.appealBy };
    case 'RefusalAppealed':
      return {
        ...row,
        status: 'APPEALED',
        appealedInTime: data.inTime,
        appealOutcome: null,
        orderedKinds: [],
      };
    case 'AppealDecided': {
      const { outcome: appealOutcome, decideBy } = data;
      // Of before 2026-11-26 none are named: all that was asked for.
      const orderedKinds = appealOutcome === 'CHANGED' ? (data.orderedKinds ?? row.kinds) : [];
      const said = { ...row, appealOutcome, orderedKinds };
      return decideBy === undefined
        ? { ...said, status: 'APPEAL_DECIDED' }
        : { ...said, status: 'DECISION_REQUESTED', decideBy, overdue: false };
    }
    case 'DocumentRequestTakenOver':
      return { ...row, readers: [...new Set([...row.readers, data.official])] };
    case 'DocumentAnswerOverdue':
      return { ...row, overdue: true };
    default:
      return row;
  }
};
