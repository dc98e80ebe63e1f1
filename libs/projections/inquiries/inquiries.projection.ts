import type { DataClass, Instant, Projection, RecordedEvent, Token } from '#kernel';
import { flushBatch } from '../shared/batch.js';
import { type DataOf, type DomainEvent, domainEvent, type EventType } from '../shared/events.js';
import { lettingGo } from '../shared/erased.js';
import { keepOwn, sealedRows } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';

const schema = 'inquiry';

export const inquiryKinds = ['INFORMATION_REQUEST', 'STAY_INQUIRY'] as const;
export type InquiryKind = (typeof inquiryKinds)[number];
export const inquiryStatuses = ['RECEIVED', 'WEIGHED', 'DECIDED'] as const;
export const inquiryOutcomes = ['REFUSE', 'DISCLOSE', 'ANSWERED', 'NOT_ANSWERED'] as const;

/** A request from outside, as those who are named in it read it. Nothing says whether the person has a case here. */
export interface Inquiry {
  readonly inquiryId: string;
  readonly kind: InquiryKind;
  readonly status: (typeof inquiryStatuses)[number];
  readonly requester: DataOf<'InformationRequestReceived'>['requester'];
  readonly basis: string;
  readonly purpose: DataOf<'InformationRequestReceived'>['purpose'];
  readonly asked: readonly DataClass[];
  readonly receivedAt: Instant;
  readonly decideBy: Instant | null;
  /** Whether a stay inquiry was answered is here; what was answered is sealed. */
  readonly outcome: (typeof inquiryOutcomes)[number] | null;
  readonly released: readonly DataClass[];
  readonly reasons: DataOf<'InformationRequestWeighed'>['reasons'];
  readonly weighedBy: Token | null;
  readonly decidedAt: Instant | null;
}

interface InquiryRow extends Inquiry, Positioned {
  readonly organisations: readonly Token[];
  readonly decidesAt: Token;
  readonly persons: readonly Token[];
  /** Who may open what is sealed: those of the organisation that decides. */
  readonly readers: readonly Token[];
}

export const inquiryColumns = {
  inquiryId: 'value',
  kind: 'value',
  status: 'value',
  requester: 'value',
  basis: 'value',
  purpose: 'value',
  asked: 'value',
  receivedAt: 'instant',
  decideBy: 'instant',
  outcome: 'value',
  released: 'value',
  reasons: 'value',
  weighedBy: 'value',
  decidedAt: 'instant',
} as const satisfies Record<keyof Inquiry, string>;

export const inquiryTable = new Table<InquiryRow>('inquiry.inquiry_v1', 'inquiryId', {
  ...inquiryColumns,
  organisations: 'value',
  decidesAt: 'value',
  persons: 'value',
  readers: 'value',
  lastPosition: 'value',
});

const made: Projection = {
  name: subscriptions.inquiry,
  role: 'project_inquiry',
  schema,
  tables: ['inquiry_v1', 'sealed_v1'],
  handles: [
    'InformationRequestReceived',
    'InformationRequestWeighed',
    'InformationRequestSentBack',
    'InformationRequestDecided',
    'StayInquiryReceived',
    'StayInquiryAnswered',
    'InquiryDisqualificationDeclared',
  ] as const satisfies readonly EventType[],
  // Never the case: an inquiry about somebody who has one waits for nothing and is parked with nothing of it.
  sequenceOf: (event) => event.stream,
  flush: flushBatch,
  async apply(event, transaction) {
    const { inquiryId } = event.data as { inquiryId: string };
    const row = await changeRow(transaction, inquiryTable, inquiryId, event, (before) =>
      inquiryAfter(before, domainEvent(event), event),
    );
    if (!row) return;
    const { type, data } = domainEvent(event);
    if (type === 'InquiryDisqualificationDeclared')
      await sealedRows(transaction, schema).leave(transaction, inquiryId, data.official);
    keepOwn(transaction, schema, event, {
      rowKey: inquiryId,
      caseId: inquiryId,
      organisation: row.decidesAt,
      persons: row.readers,
    });
  },
};

/** Requests for information and stay inquiries, for those who are named in them. Who was only asked about is erased by it. */
export const inquiriesProjection: Projection = lettingGo(made, [
  { table: 'sealed_v1' },
  { table: 'inquiry_v1', where: 'inquiry_id = ANY ($1)' },
]);

type Received = DataOf<'InformationRequestReceived'> | DataOf<'StayInquiryReceived'>;

/** Who takes part in the decision: the reviewers, and who received it where the holder decides itself. */
export const readersOf = ({ holder, decidesAt, receivedBy, reviewers }: Received): readonly Token[] =>
  holder === decidesAt ? [receivedBy, ...reviewers] : reviewers;

const received = (
  data: Received,
  event: RecordedEvent,
): Pick<
  InquiryRow,
  | 'inquiryId'
  | 'status'
  | 'requester'
  | 'receivedAt'
  | 'outcome'
  | 'released'
  | 'reasons'
  | 'weighedBy'
  | 'decidedAt'
  | 'organisations'
  | 'decidesAt'
  | 'persons'
  | 'readers'
  | 'lastPosition'
> => ({
  inquiryId: data.inquiryId,
  status: 'RECEIVED',
  requester: data.requester,
  receivedAt: event.metadata.occurredAt,
  outcome: null,
  released: [],
  reasons: [],
  weighedBy: null,
  decidedAt: null,
  organisations: [...new Set([data.holder, data.decidesAt])],
  decidesAt: data.decidesAt,
  persons: [data.receivedBy, ...data.reviewers],
  readers: readersOf(data),
  lastPosition: '',
});

const inquiryAfter = (
  row: InquiryRow | undefined,
  { type, data }: DomainEvent,
  event: RecordedEvent,
): InquiryRow | undefined => {
  switch (type) {
    case 'InformationRequestReceived': {
      const { basis, purpose, asked, decideBy } = data;
      return { ...received(data, event), kind: 'INFORMATION_REQUEST', basis, purpose, asked, decideBy };
    }
    case 'StayInquiryReceived':
      return {
        ...received(data, event),
        kind: 'STAY_INQUIRY',
        basis: 'SOL_15_7',
        purpose: 'STAY_CHECK',
        asked: [],
        decideBy: null,
      };
    case 'InformationRequestWeighed': {
      const { outcome, released, reasons, weighedBy } = data;
      return row && { ...row, status: 'WEIGHED', outcome, released, reasons, weighedBy };
    }
    case 'InformationRequestSentBack':
      return row && { ...row, status: 'RECEIVED', outcome: null, released: [], reasons: [], weighedBy: null };
    case 'InformationRequestDecided': {
      const { outcome, released, reasons, decidedAt } = data;
      return row && { ...row, status: 'DECIDED', outcome, released, reasons, decidedAt };
    }
    case 'InquiryDisqualificationDeclared': {
      const without = (persons: readonly Token[]): readonly Token[] =>
        persons.filter((one) => one !== data.official);
      return row && { ...row, persons: without(row.persons), readers: without(row.readers) };
    }
    case 'StayInquiryAnswered':
      return row && { ...row, status: 'DECIDED', outcome: data.outcome, decidedAt: data.answeredAt };
    default:
      return row;
  }
};
