import {
  type Instant,
  type Projection,
  type ProjectionTransaction,
  type RecordedEvent,
  type ThreatLevel,
  type Token,
} from '#kernel';
import { endsRescue } from '#domain/disclosure';
import { flushBatch } from '../shared/batch.js';
import { applyContacts, isOfContacts, noticesFollow, ofContacts, personsAfter } from '../shared/contacts.js';
import { keepDisqualified, openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, domainEvent, type EventType } from '../shared/events.js';
import { tellOfExposure } from '../shared/exposure.js';
import { replaceInbox } from '../shared/inbox.js';
import { isOfProtections, ofProtections, tellOfProtections } from './protections.js';
import { applyDisclosure, type Disclosed, keepOwn } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';
import {
  applyTellings,
  openTellingTable,
  toldAbout,
  untoldOf,
  whileTold,
  wholeOf,
} from '../shared/told-facts.js';
import {
  homeCaseAfter,
  type HomeCaseRow,
  homeCaseTable,
  homeInbox,
  type DecisionOnPlace,
  toldOfHomeCase,
} from './case-row.js';

const schema = 'home_board';
const tellings = openTellingTable(schema);

/**
 * What a duty officer reads: that there is an alarm plan, how grave the danger is, and whether the person is awaited. One
 * for each placement: somebody may still be leaving the first when the second is cleared.
 */
export interface AlarmRow extends Positioned {
  readonly caseId: string;
  /** The placement, under which the departure is confirmed. */
  readonly proposalId: string;
  readonly level: ThreatLevel | null;
  /** How many there are to fetch. */
  readonly adults: number | null;
  readonly children: number | null;
  readonly departurePending: boolean;
  readonly organisation: Token;
  readonly persons: readonly Token[];
  readonly disclosureId: string;
}

export const alarmTable = new Table<AlarmRow>('home_board.alarm_v1', 'proposalId', {
  caseId: 'value',
  proposalId: 'value',
  level: 'value',
  adults: 'value',
  children: 'value',
  departurePending: 'value',
  organisation: 'value',
  persons: 'value',
  disclosureId: 'value',
  lastPosition: 'value',
});

/** That a decision of an open case says where a child stays, for who stands by: no alarm plan has that place. */
export interface DecidedPlaceRow extends DecisionOnPlace {
  readonly caseId: string;
  readonly organisation: Token;
}

export const decidedPlaceTable = new Table<DecidedPlaceRow>(
  'home_board.decided_place_v1',
  'placeDecisionId',
  {
    placeDecisionId: 'value',
    caseId: 'value',
    decisionId: 'value',
    decidedOn: 'date',
    exposed: 'value',
    departedAt: 'instant',
    organisation: 'value',
  },
);

const disqualified = openDisqualifiedTable('home_board.disqualified_v1');

/** What an officer has asked for and nobody has answered. */
interface JointOpeningRow extends Positioned {
  readonly openingId: string;
  readonly caseId: string;
  readonly requestedBy: Token;
  readonly answerBy: Instant;
}
const jointOpeningTable = new Table<JointOpeningRow>('home_board.joint_opening_v1', 'openingId', {
  openingId: 'value',
  caseId: 'value',
  requestedBy: 'value',
  answerBy: 'instant',
  lastPosition: 'value',
});

/** What changes where decisions say that a child stays. */
const ofDecidedPlaces = [
  'PlaceDecisionRegistered',
  'DecidedPlaceCompromised',
  'DecidedPlaceLeft',
  'CaseClosed',
] as const satisfies readonly EventType[];

/** They change what waits for the officers, and no row of anybody else. */
const ofRegisters = [
  'ExposedRegisterChecked',
  'ExposedRegistersReopened',
] as const satisfies readonly EventType[];
const isOfRegisters = ({ type }: RecordedEvent): boolean => (ofRegisters as readonly string[]).includes(type);

const remind = (transaction: ProjectionTransaction, row: HomeCaseRow): void =>
  replaceInbox(
    transaction,
    schema,
    { rowKey: row.caseId, organisation: row.organisation, persons: row.persons },
    () => homeInbox(row),
  );

// Nothing of the claim is among them, won or contested: who holds it is the coordinator's knowledge alone.
const handles = [
  'CaseOpened',
  'WaiverSigned',
  'WaiverWithdrawn',
  'SupportDecisionRegistered',
  'RelocationRequested',
  'ServedDecisionRegistered',
  'InformationDisclosed',
  'DisclosureEnded',
  'ThreatAssessed',
  'LoweringConfirmed',
  'PlacementProposed',
  'CounterProposed',
  'CounterProposalApproved',
  'CounterProposalRejected',
  'PlacementAccepted',
  'PlacementDeclined',
  'ProposalExpired',
  'ProposalWithdrawn',
  'AdmissionGranted',
  'PlacementCleared',
  'ClearanceTakenBack',
  'TransferRecorded',
  'ArrivalConfirmed',
  'FollowUpOrdered',
  'FollowUpRecorded',
  'FollowUpMissed',
  'PlacementEnded',
  'DepartureConfirmed',
  'SupervisedClosingStarted',
  ...ofDecidedPlaces,
  'LocationCompromised',
  ...ofProtections,
  ...ofRegisters,
  'JointOpeningRequested',
  'JointOpeningApproved',
  'JointOpeningRejected',
  ...ofContacts,
] as const satisfies readonly EventType[];

const made: Projection = {
  name: subscriptions.home_board,
  role: 'project_home_board',
  schema,
  tables: [
    'case_v1',
    'open_telling_v1',
    'alarm_v1',
    'decided_place_v1',
    'joint_opening_v1',
    'disqualified_v1',
    'sealed_v1',
    'inbox_v1',
    untoldOf(homeCaseTable.name),
  ],
  handles,
  sequenceOf: caseOf,
  flush: flushBatch,
  async apply(event, transaction) {
    const caseId = caseOf(event);
    if (await applyJointOpening(event, transaction)) return;
    await applyTellings(transaction, tellings, event, ['HOME_BOARD'], (disclosed) =>
      disclosed.classes.includes('threat-advice') ? disclosed.caseId : undefined,
    );
    const told = await toldAbout(transaction, tellings, caseId);
    const row = await changeRow(transaction, homeCaseTable, caseId, event, (before) =>
      whileTold(before, told, toldOfHomeCase, (whole) => homeCaseAfter(whole, domainEvent(event))),
    );
    if (!row) return;
    if (isOfProtections(event)) {
      tellOfProtections(event, transaction, schema, row);
      return;
    }
    if (isOfRegisters(event)) {
      remind(transaction, row);
      return;
    }
    const place = { rowKey: caseId, caseId, organisation: row.organisation };
    keepOwn(
      transaction,
      schema,
      event,
      { ...place, persons: [...new Set([...row.persons, event.metadata.actor])] },
      // Of a decision on the place it is shown that there is one: its address is opened with a pass alone.
      ({ envelope }) => envelope.owner === row.organisation && event.type !== 'PlaceDecisionRegistered',
    );
    await applyDisclosure(transaction, schema, event, ['HOME_BOARD'], (disclosed) => ({
      // The alarm plan belongs to its placement.
      rowKey: alarmPlanOf(disclosed) ?? disclosed.caseId,
      // No place before the placement is cleared, whoever discloses it; rescuers are told only from then on, and may be
      // told when the placement has already ended.
      accept: (dataClass) =>
        disclosed.foot === 'RESCUE' ||
        row.plannedArrival !== null ||
        (dataClass !== 'destination' && dataClass !== 'address'),
    }));
    await applyContacts(transaction, schema, event, ['HOME_BOARD']);
    // The level in the alarm plan stands on the telling of the alarm plan.
    await applyAlarms(event, transaction, wholeOf(row));
    await keepDecidedPlaces(event, transaction, row);
    keepDisqualified(transaction, disqualified, event, (at) => at === row.organisation);
    tellOfExposure(event, transaction, schema, { ...row, about: caseId });
    noticesFollow(event, transaction, schema, { ...row, about: caseId });
    if (isOfContacts(event))
      for (const opening of await jointOpeningTable.findWhere(transaction, 'caseId', caseId))
        tellOfJointOpening(transaction, row, opening);
    remind(transaction, row);
  },
};

/** Cases of the home board, with what it wrote itself and what was disclosed to it. */
export const homeBoardProjection: Projection = lettingGo(made, [
  // By what they are about: an item of a joint opening has the opening as its row.
  { table: 'inbox_v1', where: `split_part(item, '/', 1) = ANY ($1)` },
  { table: 'sealed_v1' },
  { table: 'open_telling_v1' },
  { table: 'alarm_v1' },
  { table: 'decided_place_v1' },
  { table: 'joint_opening_v1' },
  { table: 'disqualified_v1' },
  { table: untoldOf(homeCaseTable.name) },
  { table: 'case_v1' },
]);

/** What an officer asks for waits for the other named officers, until one answers or its hour has passed. */
const applyJointOpening = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
): Promise<boolean> => {
  const { type, data } = domainEvent(event);
  if (type !== 'JointOpeningRequested' && type !== 'JointOpeningApproved' && type !== 'JointOpeningRejected')
    return false;
  const row = await homeCaseTable.find(transaction, data.caseId);
  if (!row) return true;
  const { openingId, caseId } = data;
  const opening = await changeRow<JointOpeningRow>(transaction, jointOpeningTable, openingId, event, () =>
    type === 'JointOpeningRequested'
      ? { openingId, caseId, requestedBy: data.requestedBy, answerBy: data.answerBy, lastPosition: '' }
      : undefined,
  );
  if (opening) tellOfJointOpening(transaction, row, opening);
  else
    replaceInbox(
      transaction,
      schema,
      { rowKey: openingId, organisation: row.organisation, persons: row.persons },
      () => [],
    );
  return true;
};

/** For the officers whom the case names now, but for who asked. */
const tellOfJointOpening = (
  transaction: ProjectionTransaction,
  { caseId: about, organisation, persons }: HomeCaseRow,
  { openingId: rowKey, requestedBy, answerBy: dueAt }: JointOpeningRow,
): void =>
  replaceInbox(
    transaction,
    schema,
    { rowKey, about, organisation, persons: persons.filter((person) => person !== requestedBy) },
    () => [{ kind: 'APPROVE_JOINT_OPENING', mark: rowKey, dueAt, actions: [] }],
  );

/** The placement of which something told to the board is the alarm plan; undefined for everything else. */
const alarmPlanOf = ({ recipientKind, foot, proposalId }: Disclosed): string | undefined =>
  recipientKind === 'HOME_BOARD' && foot === 'RESCUE' ? proposalId : undefined;

const applyAlarms = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  { caseId, level, adults, children, awaitedDepartures }: HomeCaseRow,
): Promise<void> => {
  const happened = domainEvent(event);
  const { type, data } = happened;
  const facts = (proposalId: string) => ({
    level,
    adults,
    children,
    departurePending: awaitedDepartures.includes(proposalId),
  });
  const told = type === 'InformationDisclosed' ? alarmPlanOf(data) : undefined;
  if (type === 'InformationDisclosed' && told !== undefined)
    await changeRow(transaction, alarmTable, told, event, () => ({
      caseId,
      proposalId: told,
      ...facts(told),
      organisation: data.recipient,
      persons: data.persons,
      disclosureId: data.disclosureId,
      lastPosition: '',
    }));
  for (const { proposalId } of await alarmTable.findWhere(transaction, 'caseId', caseId))
    await changeRow(transaction, alarmTable, proposalId, event, (before) => {
      if (!before) return undefined;
      if (type === 'DisclosureEnded' && data.disclosureId === before.disclosureId && endsRescue(data.reason))
        return undefined;
      return { ...before, ...facts(proposalId), persons: personsAfter(before, happened) };
    });
};

/** For who stands by, as the row of the case has them. */
const keepDecidedPlaces = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  { caseId, organisation, decidedPlaces }: HomeCaseRow,
): Promise<void> => {
  if (!(ofDecidedPlaces as readonly string[]).includes(event.type)) return;
  const kept = decidedPlaces.map(({ placeDecisionId }) => placeDecisionId);
  for (const { placeDecisionId } of await decidedPlaceTable.findWhere(transaction, 'caseId', caseId))
    if (!kept.includes(placeDecisionId)) decidedPlaceTable.remove(transaction, placeDecisionId);
  for (const place of decidedPlaces) decidedPlaceTable.save(transaction, { ...place, caseId, organisation });
};
