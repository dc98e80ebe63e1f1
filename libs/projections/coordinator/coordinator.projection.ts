import type { Projection, ProjectionTransaction, RecordedEvent, Token } from '#kernel';
import { flushBatch } from '../shared/batch.js';
import { applyContacts, noticesFollow, ofContacts } from '../shared/contacts.js';
import { keepDisqualified, openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, domainEvent, type EventType } from '../shared/events.js';
import { tellOfExposure } from '../shared/exposure.js';
import { replaceInbox } from '../shared/inbox.js';
import { applyDisclosure } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';
import { applyTellings, openTellingTable, toldAbout, untoldOf, whileTold } from '../shared/told-facts.js';
import {
  deskCandidateAfter,
  deskCandidateTable,
  deskInbox,
  deskProposalAfter,
  deskProposalTable,
  deskRequestAfter,
  deskRequestTable,
  toldOfDeskProposal,
  toldOfRequest,
} from './rows.js';

const schema = 'coordinator';
const tellings = openTellingTable(schema);

interface DeskMemberRow extends Positioned {
  readonly appointmentId: string;
  readonly organisation: Token;
  readonly official: Token;
}
const deskMemberTable = new Table<DeskMemberRow>('coordinator.desk_v1', 'appointmentId', {
  appointmentId: 'value',
  organisation: 'value',
  official: 'value',
  lastPosition: 'value',
});

const disqualified = openDisqualifiedTable('coordinator.disqualified_v1');

export interface DestinationRow extends Positioned {
  readonly board: Token;
  readonly municipality: Token;
  readonly places: number;
  readonly housingForms: readonly string[];
  readonly competences: readonly string[];
}
export const destinationTable = new Table<DestinationRow>('coordinator.destination_v1', 'board', {
  board: 'value',
  municipality: 'value',
  places: 'value',
  housingForms: 'value',
  competences: 'value',
  lastPosition: 'value',
});

interface ReservationRow extends Positioned {
  readonly proposalId: string;
  readonly board: Token;
  readonly places: number;
  readonly state: 'RESERVED' | 'CONFIRMED' | 'RELEASED';
}
const reservationTable = new Table<ReservationRow>('coordinator.reservation_v1', 'proposalId', {
  proposalId: 'value',
  board: 'value',
  places: 'value',
  state: 'value',
  lastPosition: 'value',
});

interface OccupancyRow extends Positioned {
  readonly proposalId: string;
  readonly area: Token;
  readonly municipality: Token;
  readonly state: 'RESERVED' | 'CONFIRMED' | 'RELEASED';
}
const occupancyTable = new Table<OccupancyRow>('coordinator.occupancy_v1', 'proposalId', {
  proposalId: 'value',
  area: 'value',
  municipality: 'value',
  state: 'value',
  lastPosition: 'value',
});

const ofCandidate = [
  'CandidateChecked',
  'ReferralAnswered',
  'ReferralExpired',
] as const satisfies readonly EventType[];

const ofProposal = [
  'ProposalOrdered',
  'PlacementProposed',
  'ProposalAbandoned',
  'PlacementAccepted',
  'PlacementDeclined',
  'CounterProposed',
  'CounterProposalApproved',
  'CounterProposalRejected',
  'ProposalExpired',
  'ProposalWithdrawn',
  'AdmissionGranted',
  'AdmissionRefused',
  'PlacementCleared',
  'ClearanceRefused',
  'ClearanceTakenBack',
  'TransferRecorded',
  'ArrivalConfirmed',
  'ConflictAlerted',
  'PlacementEnded',
  'DepartureConfirmed',
  'LocationCompromised',
] as const satisfies readonly EventType[];

const ofCase = [
  'CaseOpened',
  'SubjectClaimed',
  'SubjectClaimContested',
  'WaiverSigned',
  'WaiverWithdrawn',
  'InformationDisclosed',
  'DisclosureEnded',
  'RelocationRequested',
  'ThreatAssessed',
  'LoweringConfirmed',
  'AttentionRequested',
  'AttentionSettled',
  'FollowUpRecorded',
  'SupervisedClosingStarted',
  'CaseClosed',
  ...ofContacts,
  ...ofCandidate,
  ...ofProposal,
] as const satisfies readonly EventType[];

/** Their rows belong to a place or to an office, not to a case, so their order is that of their own stream. */
const ofStream = [
  'CapacityDeclared',
  'CapacityReserved',
  'CapacityConfirmed',
  'CapacityReleased',
  'AreaReserved',
  'AreaConfirmed',
  'AreaReleased',
  'OfficialAppointed',
  'AppointmentEnded',
] as const satisfies readonly EventType[];

const belongsToStream = (event: RecordedEvent): boolean =>
  (ofStream as readonly string[]).includes(event.type);

const made: Projection = {
  name: subscriptions.coordinator,
  role: 'project_coordinator',
  schema,
  tables: [
    'desk_v1',
    'disqualified_v1',
    'request_v1',
    'open_telling_v1',
    'candidate_v1',
    'proposal_v1',
    'destination_v1',
    'reservation_v1',
    'occupancy_v1',
    'sealed_v1',
    'inbox_v1',
    untoldOf(deskRequestTable.name),
    untoldOf(deskProposalTable.name),
  ],
  handles: [...ofCase, ...ofStream],
  sequenceOf: (event) => (belongsToStream(event) ? event.stream : caseOf(event)),
  flush: flushBatch,
  apply: (event, transaction) =>
    belongsToStream(event) ? applyPlace(event, transaction) : applyCase(event, transaction),
};

const ofProposals = 'proposal_id IN (SELECT proposal_id FROM {schema}.proposal_v1 WHERE case_id = ANY ($1))';

/** The desk: requests, candidates, proposals; what each place can take and how many are there. */
export const coordinatorProjection: Projection = lettingGo(made, [
  { table: 'inbox_v1', where: `split_part(item, '/', 1) = ANY ($1)` },
  { table: 'sealed_v1' },
  { table: 'open_telling_v1' },
  { table: 'disqualified_v1' },
  { table: 'reservation_v1', where: ofProposals },
  { table: 'occupancy_v1', where: ofProposals },
  { table: 'candidate_v1' },
  { table: untoldOf(deskProposalTable.name) },
  { table: 'proposal_v1' },
  { table: untoldOf(deskRequestTable.name) },
  { table: 'request_v1' },
]);

const applyCase = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<void> => {
  const caseId = caseOf(event);
  const happened = domainEvent(event);
  const newlyTold = await applyTellings(
    transaction,
    tellings,
    event,
    ['NATIONAL_COORDINATOR'],
    (disclosed) => disclosed.caseId,
  );
  const told = await toldAbout(transaction, tellings, caseId);
  const request = await changeRow(transaction, deskRequestTable, caseId, event, (before) =>
    whileTold(before, told, toldOfRequest, (whole) => deskRequestAfter(whole, happened)),
  );
  if (!request) return;
  await applyContacts(transaction, schema, event, []);
  keepDisqualified(transaction, disqualified, event, (at) => at === request.organisation);
  const desk = { organisation: request.organisation, persons: request.persons };
  await applyDisclosure(transaction, schema, event, ['NATIONAL_COORDINATOR'], () => ({
    rowKey: caseId,
    accept: () => true,
  }));
  const { candidateId, proposalId } = event.data as { candidateId?: string; proposalId?: string };
  if (candidateId !== undefined && (ofCandidate as readonly string[]).includes(event.type))
    await changeRow(transaction, deskCandidateTable, candidateId, event, (before) =>
      deskCandidateAfter(before, happened, desk),
    );
  const changed =
    newlyTold.length > 0
      ? (await deskProposalTable.findWhere(transaction, 'caseId', caseId)).map((row) => row.proposalId)
      : proposalId !== undefined && (ofProposal as readonly string[]).includes(event.type)
        ? [proposalId]
        : [];
  for (const one of changed)
    await changeRow(transaction, deskProposalTable, one, event, (before) =>
      whileTold(before, told, toldOfDeskProposal, (whole) => deskProposalAfter(whole, happened, desk)),
    );
  tellOfExposure(event, transaction, schema, { ...desk, about: caseId });
  noticesFollow(event, transaction, schema, { ...desk, about: caseId });
  replaceInbox(transaction, schema, { rowKey: caseId, ...desk }, async () =>
    deskInbox(
      request,
      await deskCandidateTable.findWhere(transaction, 'caseId', caseId),
      await deskProposalTable.findWhere(transaction, 'caseId', caseId),
    ),
  );
};

const applyPlace = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<void> => {
  const { type, data } = domainEvent(event);
  const moved = { lastPosition: '' };
  switch (type) {
    case 'CapacityDeclared': {
      const { board, municipality, places, housingForms, competences } = data;
      await changeRow(transaction, destinationTable, board, event, () => ({
        board,
        municipality,
        places,
        housingForms,
        competences,
        ...moved,
      }));
      return;
    }
    case 'CapacityReserved':
      await changeRow<ReservationRow>(transaction, reservationTable, data.proposalId, event, () => ({
        proposalId: data.proposalId,
        board: data.board,
        places: data.places,
        state: 'RESERVED',
        ...moved,
      }));
      return;
    case 'CapacityConfirmed':
    case 'CapacityReleased':
      await changeRow<ReservationRow>(
        transaction,
        reservationTable,
        data.proposalId,
        event,
        (before) => before && { ...before, state: type === 'CapacityConfirmed' ? 'CONFIRMED' : 'RELEASED' },
      );
      return;
    case 'AreaReserved':
      await changeRow<OccupancyRow>(transaction, occupancyTable, data.proposalId, event, () => ({
        proposalId: data.proposalId,
        area: data.area,
        municipality: data.municipality,
        state: 'RESERVED',
        ...moved,
      }));
      return;
    case 'AreaConfirmed':
    case 'AreaReleased':
      await changeRow<OccupancyRow>(
        transaction,
        occupancyTable,
        data.proposalId,
        event,
        (before) => before && { ...before, state: type === 'AreaConfirmed' ? 'CONFIRMED' : 'RELEASED' },
      );
      return;
    case 'OfficialAppointed':
      if (data.agencyKind !== 'NATIONAL_COORDINATOR' || !atTheDesk.includes(data.function)) return;
      await changeRow(transaction, deskMemberTable, data.appointmentId, event, () => ({
        appointmentId: data.appointmentId,
        organisation: data.organisation,
        official: data.official,
        ...moved,
      }));
      return;
    case 'AppointmentEnded':
      // The seat is given up when its end is known, not later: a date in a row closes nothing by itself.
      deskMemberTable.remove(transaction, data.appointmentId);
      return;
    default:
      return;
  }
};

const atTheDesk: readonly string[] = ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR'];
