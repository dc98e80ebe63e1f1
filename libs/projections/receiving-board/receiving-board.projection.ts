import type { DataClass, Projection, ProjectionTransaction, RecordedEvent, Token } from '#kernel';
import { flushBatch } from '../shared/batch.js';
import { applyContacts, ofContacts } from '../shared/contacts.js';
import { keepDisqualified, openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, domainEvent, type EventType } from '../shared/events.js';
import { replaceInbox } from '../shared/inbox.js';
import { applyDisclosure, dropSealedOf, keepOwn } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';
import { applyTellings, openTellingTable, toldAbout, untoldOf, whileTold } from '../shared/told-facts.js';
import {
  isCleared,
  isOver,
  receivedProposalAfter,
  receivedProposalTable,
  receivingInbox,
  toldOfProposal,
} from './proposal-row.js';

const schema = 'receiving_board';
const tellings = openTellingTable(schema);

export interface CapacityRow extends Positioned {
  readonly organisation: Token;
  readonly places: number;
  readonly housingForms: readonly string[];
  readonly competences: readonly string[];
}

export const capacityTable = new Table<CapacityRow>('receiving_board.capacity_v1', 'organisation', {
  organisation: 'value',
  places: 'value',
  housingForms: 'value',
  competences: 'value',
  lastPosition: 'value',
});

const disqualified = openDisqualifiedTable('receiving_board.disqualified_v1');

const ofProposal = [
  'ProposalOrdered',
  'PlacementProposed',
  'ProposalAbandoned',
  'ProposalReminded',
  'AnswerPrepared',
  'PlacementAccepted',
  'PlacementDeclined',
  'CounterProposed',
  'CounterProposalApproved',
  'CounterProposalRejected',
  'ProposalExpired',
  'ProposalWithdrawn',
  'AdmissionGranted',
  'PlacementCleared',
  'ClearanceTakenBack',
  'TransferRecorded',
  'ArrivalConfirmed',
  'PlacementEnded',
] as const satisfies readonly EventType[];

const ofCase = [
  'ThreatAssessed',
  'LoweringConfirmed',
  'CaseClosed',
  ...ofContacts,
] as const satisfies readonly EventType[];

const made: Projection = {
  name: subscriptions.receiving_board,
  role: 'project_receiving_board',
  schema,
  tables: [
    'proposal_v1',
    'open_telling_v1',
    'capacity_v1',
    'disqualified_v1',
    'sealed_v1',
    'inbox_v1',
    untoldOf(receivedProposalTable.name),
  ],
  handles: [
    ...ofProposal,
    ...ofCase,
    'InformationDisclosed',
    'DisclosureEnded',
    'WaiverWithdrawn',
    'CapacityDeclared',
  ],
  sequenceOf: (event) => (event.type === 'CapacityDeclared' ? event.stream : caseOf(event)),
  flush: flushBatch,
  async apply(event, transaction) {
    const { type, data } = domainEvent(event);
    if (type === 'CapacityDeclared') {
      const { board: organisation, places, housingForms, competences } = data;
      await changeRow(transaction, capacityTable, organisation, event, () => ({
        organisation,
        places,
        housingForms,
        competences,
        lastPosition: '',
      }));
      return;
    }
    keepDisqualified(transaction, disqualified, event, () => event.metadata.agencyKind === 'SOCIAL_BOARD');
    await applyDisclosure(transaction, schema, event, ['RECEIVING_BOARD'], async (disclosed) => {
      if (disclosed.proposalId === undefined) return undefined;
      const row = await receivedProposalTable.find(transaction, disclosed.proposalId);
      if (!row || isOver(row) || row.organisation !== disclosed.recipient) return undefined;
      // Before clearance the need profile and nothing else, whatever is disclosed.
      const accept = (dataClass: DataClass): boolean => isCleared(row) || dataClass === 'needs';
      return { rowKey: row.proposalId, accept };
    });
    await applyContacts(transaction, schema, event, ['ASKED_BOARD', 'RECEIVING_BOARD']);
    const told = await applyTellings(transaction, tellings, event, ['RECEIVING_BOARD']);
    for (const proposalId of [...told, ...(await concerned(event, transaction))])
      await change(event, transaction, proposalId);
  },
};

const ofProposals = 'row_key IN (SELECT proposal_id FROM {schema}.proposal_v1 WHERE case_id = ANY ($1))';

/** Proposals as the boards that are asked see them, with what was disclosed to each. */
export const receivingBoardProjection: Projection = lettingGo(made, [
  { table: 'inbox_v1', where: ofProposals },
  { table: 'disqualified_v1' },
  { table: 'sealed_v1' },
  { table: 'open_telling_v1' },
  { table: untoldOf(receivedProposalTable.name) },
  { table: 'proposal_v1' },
]);

const concerned = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
): Promise<readonly string[]> => {
  if ((ofProposal as readonly string[]).includes(event.type))
    return [(event.data as { proposalId: string }).proposalId];
  if ((ofCase as readonly string[]).includes(event.type))
    return (await receivedProposalTable.findWhere(transaction, 'caseId', caseOf(event))).map(
      (row) => row.proposalId,
    );
  return [];
};

const change = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  proposalId: string,
): Promise<void> => {
  const told = await toldAbout(transaction, tellings, proposalId);
  const row = await changeRow(transaction, receivedProposalTable, proposalId, event, (before) =>
    whileTold(before, told, toldOfProposal, (whole) => receivedProposalAfter(whole, domainEvent(event))),
  );
  if (!row) return;
  keepOwn(
    transaction,
    schema,
    event,
    { rowKey: proposalId, caseId: row.caseId, organisation: row.organisation, persons: row.receivers },
    ({ envelope }) =>
      envelope.owner === row.organisation && (envelope.class === 'destination' || row.ownHousing),
  );
  if (isOver(row)) dropSealedOf(transaction, schema, proposalId);
  replaceInbox(
    transaction,
    schema,
    { rowKey: proposalId, organisation: row.organisation, persons: row.persons },
    () => receivingInbox(row),
  );
};
