import type {
  AgeBand,
  Instant,
  PlainDate,
  Projection,
  ProjectionTransaction,
  RecordedEvent,
  ThreatLevel,
  Token,
} from '#kernel';
import { type AdmissionStatus, allowedActions } from '../shared/allowed-actions.js';
import { flushBatch } from '../shared/batch.js';
import { applyContacts, ofContacts, personsAfter } from '../shared/contacts.js';
import { keepDisqualified, openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, type DomainEvent, domainEvent, type EventType } from '../shared/events.js';
import { type InboxItem, replaceInbox } from '../shared/inbox.js';
import { applyDisclosure, dropSealedOf, keepOwn } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned } from '../shared/table.js';
import {
  applyTellings,
  notToldYet,
  openTellingTable,
  toldAbout,
  ToldTable,
  untoldOf,
  type WaitsForTelling,
  whileTold,
} from '../shared/told-facts.js';

const schema = 'housing_provider';
const tellings = openTellingTable(schema);
const disqualified = openDisqualifiedTable('housing_provider.disqualified_v1');

/** What a facility's directors read: an alias, an age band, how grave the danger is, and their own housing. */
export interface Admission {
  readonly proposalId: string;
  /** The reference code under which the receiving board knows the case. */
  readonly alias: string;
  readonly status: AdmissionStatus;
  readonly ageBand: AgeBand | null;
  readonly level: ThreatLevel | null;
  readonly housing: Token | null;
  readonly startOn: PlainDate | null;
  readonly plannedArrival: PlainDate | null;
  readonly arrivedAt: Instant | null;
}

/** What others wrote of the case: it stands in the row only while something is told to the provider. */
export const toldOfAdmission = [
  'ageBand',
  'level',
  'plannedArrival',
  'arrivedAt',
] as const satisfies readonly (keyof Admission)[];

export interface AdmissionRow
  extends Admission, WaitsForTelling<(typeof toldOfAdmission)[number]>, Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
  readonly caseId: string;
}

export const admissionColumns = {
  proposalId: 'value',
  alias: 'value',
  status: 'value',
  ageBand: 'value',
  level: 'value',
  housing: 'value',
  startOn: 'date',
  plannedArrival: 'date',
  arrivedAt: 'instant',
} as const satisfies Record<keyof Admission, string>;

export const admissionTable = new ToldTable<AdmissionRow>('housing_provider.admission_v1', 'proposalId', {
  ...admissionColumns,
  organisation: 'value',
  persons: 'value',
  caseId: 'value',
  lastPosition: 'value',
});

const ofPlacement = [
  'AdmissionRequested',
  'AdmissionGranted',
  'AdmissionRefused',
  'PlacementCleared',
  'ClearanceTakenBack',
  'TransferRecorded',
  'ArrivalConfirmed',
  'PlacementEnded',
] as const satisfies readonly EventType[];

const made: Projection = {
  name: subscriptions.housing_provider,
  role: 'project_housing_provider',
  schema,
  tables: [
    'admission_v1',
    'open_telling_v1',
    'disqualified_v1',
    'sealed_v1',
    'inbox_v1',
    untoldOf(admissionTable.name),
  ],
  handles: [
    ...ofPlacement,
    'ProposalWithdrawn',
    'ThreatAssessed',
    'LoweringConfirmed',
    'InformationDisclosed',
    'DisclosureEnded',
    'WaiverWithdrawn',
    'CaseClosed',
    ...ofContacts,
  ],
  sequenceOf: caseOf,
  flush: flushBatch,
  async apply(event, transaction) {
    const happened = domainEvent(event);
    await applyDisclosure(transaction, schema, event, ['HOUSING_PROVIDER'], async (disclosed) => {
      if (disclosed.proposalId === undefined) return undefined;
      const row = await admissionTable.find(transaction, disclosed.proposalId);
      // The needs may be told before the admission is asked for; without a row nobody finds them.
      if (row && (isOver(row) || row.organisation !== disclosed.recipient)) return undefined;
      return { rowKey: disclosed.proposalId, accept: () => true };
    });
    await applyContacts(transaction, schema, event, ['HOUSING_PROVIDER']);
    keepDisqualified(
      transaction,
      disqualified,
      event,
      () => event.metadata.agencyKind === 'HOUSING_PROVIDER',
    );
    const changed = await applyTellings(transaction, tellings, event, ['HOUSING_PROVIDER']);
    for (const proposalId of [...changed, ...(await concerned(event, transaction))]) {
      const told = await toldAbout(transaction, tellings, proposalId);
      const row = await changeRow(transaction, admissionTable, proposalId, event, (before) =>
        whileTold(before, told, toldOfAdmission, (whole) => admissionAfter(whole, happened)),
      );
      if (row) afterChange(event, transaction, row);
    }
  },
};

const ofAdmissions = 'row_key IN (SELECT proposal_id FROM {schema}.admission_v1 WHERE case_id = ANY ($1))';

/** Admissions that a provider is asked for. */
export const housingProviderProjection: Projection = lettingGo(made, [
  { table: 'inbox_v1', where: ofAdmissions },
  { table: 'disqualified_v1' },
  { table: 'sealed_v1' },
  { table: 'open_telling_v1' },
  { table: untoldOf(admissionTable.name) },
  { table: 'admission_v1' },
]);

const concerned = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
): Promise<readonly string[]> => {
  const { type, data } = domainEvent(event);
  if (type === 'InformationDisclosed' || type === 'DisclosureEnded' || type === 'WaiverWithdrawn') return [];
  if ('proposalId' in data && data.proposalId !== undefined) return [data.proposalId];
  return (await admissionTable.findWhere(transaction, 'caseId', caseOf(event))).map((row) => row.proposalId);
};

const afterChange = (event: RecordedEvent, transaction: ProjectionTransaction, row: AdmissionRow): void => {
  // The address is the receiving board's, but the director wrote it down and knows it.
  keepOwn(
    transaction,
    schema,
    event,
    {
      rowKey: row.proposalId,
      caseId: row.caseId,
      organisation: row.organisation,
      persons: [event.metadata.actor],
    },
    () => event.type === 'AdmissionGranted' && event.metadata.organisation === row.organisation,
  );
  if (isOver(row)) dropSealedOf(transaction, schema, row.proposalId);
  replaceInbox(
    transaction,
    schema,
    { rowKey: row.proposalId, organisation: row.organisation, persons: row.persons },
    () => admissionInbox(row),
  );
};

const isOver = (row: Admission): boolean => row.status === 'REFUSED' || row.status === 'CANCELLED';

const ended = (row: AdmissionRow, status: 'REFUSED' | 'CANCELLED'): AdmissionRow => ({
  ...row,
  status,
  ageBand: null,
  level: null,
  housing: null,
  startOn: null,
  plannedArrival: null,
  arrivedAt: null,
});

/** The row after one more event of its placement, or of the case behind it. */
export const admissionAfter = (
  row: AdmissionRow | undefined,
  event: DomainEvent,
): AdmissionRow | undefined => {
  if (event.type === 'AdmissionRequested') {
    const { proposalId, caseId, level, ageBand, referenceCode, housing } = event.data;
    const { startOn, provider, directors } = event.data;
    return {
      proposalId,
      alias: referenceCode,
      status: 'REQUESTED',
      ageBand,
      level,
      housing,
      startOn,
      plannedArrival: null,
      arrivedAt: null,
      organisation: provider,
      persons: directors,
      caseId,
      ...notToldYet,
      lastPosition: '',
    };
  }
  if (!row || isOver(row)) return row;
  switch (event.type) {
    case 'AdmissionGranted':
    case 'ClearanceTakenBack':
      return { ...row, status: 'GRANTED', plannedArrival: null };
    case 'AdmissionRefused':
      return ended(row, 'REFUSED');
    case 'PlacementCleared':
      return {
        ...row,
        status: 'CLEARED',
        level: event.data.level,
        plannedArrival: event.data.plannedArrival,
      };
    case 'TransferRecorded':
      return { ...row, status: 'IN_TRANSFER' };
    case 'ArrivalConfirmed':
      return { ...row, status: 'PLACED', arrivedAt: event.data.arrivedAt };
    case 'ThreatAssessed':
    case 'LoweringConfirmed':
      return { ...row, level: event.data.level };
    case 'ContactChanged':
    case 'DisqualificationDeclared':
      return { ...row, persons: personsAfter(row, event, 'HOUSING_PROVIDER', row.proposalId) };
    case 'PlacementEnded':
    case 'ProposalWithdrawn':
    case 'CaseClosed':
      return ended(row, 'CANCELLED');
    default:
      return row;
  }
};

const admissionInbox = (row: Admission): readonly InboxItem[] =>
  row.status === 'REQUESTED'
    ? [
        {
          kind: 'DECIDE_ADMISSION',
          dueAt: null,
          actions: allowedActions({ role: 'HOUSING_PROVIDER', status: row.status }),
        },
      ]
    : [];
