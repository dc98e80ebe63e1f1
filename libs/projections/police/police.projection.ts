import type { DataClass, Projection, ProjectionTransaction, RecordedEvent, Token } from '#kernel';
import type { GlassEvent } from '#domain/just-in-time';
import { flushBatch } from '../shared/batch.js';
import { applyContacts, isOfContacts, noticesFollow, ofContacts } from '../shared/contacts.js';
import { keepDisqualified, openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, type DomainEvent, domainEvent, type EventType } from '../shared/events.js';
import { tellOfExposure } from '../shared/exposure.js';
import { handOverNotices, type InboxItem, replaceInbox } from '../shared/inbox.js';
import { applyDisclosure, type Disclosed, dropSealedOf, keepOwn } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow } from '../shared/table.js';
import {
  applyTellings,
  openTellingTable,
  toldAbout,
  untoldOf,
  whileTold,
  wholeOf,
} from '../shared/told-facts.js';
import {
  inquiryNoticeAfter,
  inquiryNoticeTable,
  noticeIdOf,
  type PoliceHomeCaseRow,
  policeHomeCaseAfter,
  policeHomeCaseTable,
  policeHomeInbox,
  policePlacementAfter,
  policePlacementInbox,
  policePlacementTable,
  policeReferralAfter,
  policeReferralTable,
  referralInbox,
  toldOfPlacement,
  toldOfPoliceHomeCase,
  toldOfReferral,
  toldPersonsOf,
} from './rows.js';

const schema = 'police';
const tellings = openTellingTable(schema);

const disqualified = openDisqualifiedTable('police.disqualified_v1');

const ofInquiries = [
  'InformationRequestReceived',
  'InformationRequestDecided',
  'StayInquiryReceived',
  'StayInquiryAnswered',
  'InquiryAlertSeen',
] as const satisfies readonly EventType[];

const handles = [
  'GlassBroken',
  'GlassConfirmed',
  'GlassConfirmedLate',
  'GlassEnded',
  'CaseOpened',
  'SupportDecisionRegistered',
  'RelocationRequested',
  'InformationDisclosed',
  'DisclosureEnded',
  'WaiverWithdrawn',
  'ThreatAssessed',
  'LoweringProposed',
  'LoweringConfirmed',
  'LoweringRejected',
  'ReassessmentOrdered',
  'CandidateChecked',
  'ReferralAnswered',
  'ReferralExpired',
  'PlacementProposed',
  'PlacementAccepted',
  'PlacementDeclined',
  'ProposalExpired',
  'ProposalWithdrawn',
  'CounterProposalRejected',
  'AdmissionGranted',
  'PlacementCleared',
  'ClearanceTakenBack',
  'TransferRecorded',
  'ArrivalConfirmed',
  'FollowUpOrdered',
  'FollowUpRecorded',
  'FollowUpMissed',
  'ConflictAlerted',
  'PlacementEnded',
  'DepartureConfirmed',
  'SupervisedClosingStarted',
  'CaseClosed',
  'LocationCompromised',
  'DecidedPlaceCompromised',
  'DecidedPlaceLeft',
  ...ofContacts,
  ...ofInquiries,
] as const satisfies readonly EventType[];

const made: Projection = {
  name: subscriptions.police,
  role: 'project_police',
  schema,
  tables: [
    'home_case_v1',
    'referral_v1',
    'placement_v1',
    'open_telling_v1',
    'inquiry_notice_v1',
    'disqualified_v1',
    'sealed_v1',
    'inbox_v1',
    untoldOf(policeHomeCaseTable.name),
    untoldOf(policeReferralTable.name),
    untoldOf(policePlacementTable.name),
  ],
  handles,
  // An inquiry about somebody who is in no case here concerns no row.
  sequenceOf: (event) => (isInquiry(event) ? (casesAskedAbout(event)[0] ?? event.stream) : caseOf(event)),
  alsoOf: (event) => (isInquiry(event) ? casesAskedAbout(event).slice(1) : []),
  flush: flushBatch,
  async apply(event, transaction) {
    if (isInquiry(event)) {
      for (const caseId of casesAskedAbout(event)) await applyInquiry(event, caseId, transaction);
      return;
    }
    if (await applyGlass(event, transaction)) return;
    keepDisqualified(transaction, disqualified, event, () => event.metadata.agencyKind === 'POLICE');
    await applyContacts(transaction, schema, event, ['HOME_POLICE', 'RECEIVING_POLICE']);
    const changed = await applyTellings(
      transaction,
      tellings,
      event,
      ['HOME_POLICE', 'RECEIVING_POLICE', 'NATIONAL_COORDINATOR'],
      rowOf,
    );
    await applyHome(event, transaction);
    await applyReferral(event, transaction, changed);
    await applyPlacement(event, transaction, changed);
  },
};

/**
 * The home region is told of the case, the receiving one of a placement: keys that do not meet. On what the desk is told
 * stands what it asks about a candidate.
 */
const rowOf = ({ recipientKind, caseId, proposalId }: Disclosed): string | undefined => {
  switch (recipientKind) {
    case 'HOME_POLICE':
      return caseId;
    case 'NATIONAL_COORDINATOR':
      return toldToDesk(caseId);
    default:
      return proposalId;
  }
};

const toldToDesk = (caseId: string): string => `desk/${caseId}`;

const isInquiry = ({ type }: RecordedEvent): boolean => (ofInquiries as readonly string[]).includes(type);
/** The person's own, and those of others with whom the person goes along: each learns of itself, and of no other. */
const casesAskedAbout = ({ data }: RecordedEvent): readonly string[] => {
  const { caseId, companionOf = [] } = data as { caseId?: string; companionOf?: readonly string[] };
  return caseId === undefined ? companionOf : [caseId, ...companionOf];
};

const applyInquiry = async (
  event: RecordedEvent,
  caseId: string,
  transaction: ProjectionTransaction,
): Promise<void> => {
  const { inquiryId } = event.data as { inquiryId: string };
  const home = await policeHomeCaseTable.find(transaction, caseId);
  const row = await changeRow(
    transaction,
    inquiryNoticeTable,
    noticeIdOf(caseId, inquiryId),
    event,
    (before) => inquiryNoticeAfter(before, home, domainEvent(event), event.metadata.occurredAt),
  );
  if (home && row) homeInbox(transaction, home);
};

const homeInbox = (transaction: ProjectionTransaction, home: PoliceHomeCaseRow): void =>
  inbox(transaction, home.caseId, home, async () =>
    policeHomeInbox(home, await inquiryNoticeTable.findWhere(transaction, 'caseId', home.caseId)),
  );
const ofPlacements = `split_part(item, '/', 1) IN (SELECT proposal_id FROM {schema}.placement_v1 WHERE case_id = ANY ($1))`;
const ofReferrals = 'row_key IN (SELECT candidate_id FROM {schema}.referral_v1 WHERE case_id = ANY ($1))';

/** Cases of the home region, and referrals and placements in the receiving region. */
export const policeProjection: Projection = lettingGo(made, [
  // By what they are about: an item of a glass has the glass as its row.
  { table: 'inbox_v1', where: `split_part(item, '/', 1) = ANY ($1)` },
  { table: 'inbox_v1', where: ofPlacements },
  { table: 'inbox_v1', where: ofReferrals },
  { table: 'inquiry_notice_v1' },
  { table: 'disqualified_v1' },
  { table: 'sealed_v1' },
  { table: 'open_telling_v1' },
  { table: untoldOf(policePlacementTable.name) },
  { table: 'placement_v1' },
  { table: untoldOf(policeReferralTable.name) },
  { table: 'referral_v1' },
  { table: untoldOf(policeHomeCaseTable.name) },
  { table: 'home_case_v1' },
]);

const inbox = (
  transaction: ProjectionTransaction,
  rowKey: string,
  row: { organisation: Token; persons: readonly Token[] },
  items: () => readonly InboxItem[] | Promise<readonly InboxItem[]>,
): void =>
  replaceInbox(transaction, schema, { rowKey, organisation: row.organisation, persons: row.persons }, items);

/**
 * A broken glass is in the inbox of the case's own coordinators at once, until a second person confirms it, in time or
 * late; one of somebody whose earlier one nobody has confirmed is told as such. It has no row of its own: the item leads to
 * the case, where the log lists its glasses (GET cases/:caseId/broken-glasses), and is theirs whom the case names now. The
 * events say who was told when it was broken. Before Police have been told of the case it is nobody's here.
 */
const applyGlass = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<boolean> => {
  const told = domainEvent(event);
  const items = glassItems(told);
  if (!items) return false;
  const { glassId, caseId } = told.data as GlassEvent['data'];
  const home = await policeHomeCaseTable.find(transaction, caseId);
  if (home) replaceInbox(transaction, schema, { rowKey: glassId, ...noticesOf(home) }, () => items);
  return true;
};

const glassItems = ({ type, data }: DomainEvent): readonly InboxItem[] | undefined => {
  switch (type) {
    case 'GlassBroken': {
      const kind = data.unconfirmedBefore === undefined ? 'GLASS_BROKEN' : 'GLASS_BROKEN_AGAIN';
      return [{ kind, mark: data.glassId, dueAt: data.confirmBy, actions: [] }];
    }
    case 'GlassEnded':
      return [{ kind: 'GLASS_NOT_CONFIRMED', mark: data.glassId, dueAt: null, actions: [] }];
    case 'GlassConfirmed':
    case 'GlassConfirmedLate':
      return [];
    default:
      return undefined;
  }
};

const applyHome = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<void> => {
  const caseId = caseOf(event);
  const told = await toldAbout(transaction, tellings, caseId);
  const row = await changeRow(transaction, policeHomeCaseTable, caseId, event, (before) =>
    whileTold(before, told, toldOfPoliceHomeCase, (whole) =>
      policeHomeCaseAfter(whole, domainEvent(event), event.revision),
    ),
  );
  if (!row) return;
  keepOwn(
    transaction,
    schema,
    event,
    {
      rowKey: caseId,
      caseId,
      organisation: row.organisation,
      persons: [...new Set([...row.persons, event.metadata.actor])],
    },
    ({ envelope }) => envelope.owner === row.organisation,
  );
  await applyDisclosure(transaction, schema, event, ['HOME_POLICE'], (disclosed) => ({
    rowKey: disclosed.caseId,
    accept: (dataClass) => wholeOf(row).plannedArrival !== null || dataClass !== 'destination',
  }));
  homeInbox(transaction, row);
  tellOfExposure(event, transaction, schema, { ...row, about: caseId });
  if (!isOfContacts(event) && !isTold(event)) return;
  // Who is told of the case finds the glasses that were broken and the inquiries that came before.
  handOverNotices(transaction, schema, noticesOf(row));
  for (const { noticeId } of await inquiryNoticeTable.findWhere(transaction, 'caseId', caseId))
    await changeRow(
      transaction,
      inquiryNoticeTable,
      noticeId,
      event,
      (before) => before && { ...before, persons: toldPersonsOf(row) },
    );
};

/** What lies beside the row of a case, and whose it is. */
const noticesOf = (row: PoliceHomeCaseRow) => ({
  about: row.caseId,
  organisation: row.organisation,
  persons: toldPersonsOf(row),
});

const isTold = (event: RecordedEvent): boolean => {
  const { type, data } = domainEvent(event);
  return type === 'InformationDisclosed' && data.recipientKind === 'HOME_POLICE';
};

/** The row of a case for another unit, which is told on its own and not because the home region is. */
const wholeHome = async (transaction: ProjectionTransaction, caseId: string) => {
  const home = await policeHomeCaseTable.find(transaction, caseId);
  return home && wholeOf(home);
};

/** @param changed keys of rows for which something was told or has ended */
const applyReferral = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  changed: readonly string[],
): Promise<void> => {
  const happened = domainEvent(event);
  const { type, data } = happened;
  // What they were asked is over, answered or not: they were told of a candidate, and not of what became of somebody.
  if (type === 'PlacementCleared' || type === 'CaseClosed') {
    for (const row of await policeReferralTable.findWhere(transaction, 'caseId', data.caseId)) {
      await changeRow(transaction, policeReferralTable, row.candidateId, event, () => undefined);
      inbox(transaction, row.candidateId, row, () => []);
    }
    return;
  }
  const caseId = caseOf(event);
  const ofCandidate =
    type === 'CandidateChecked' || type === 'ReferralAnswered' || type === 'ReferralExpired';
  const candidateIds = ofCandidate
    ? [data.candidateId]
    : type === 'DisqualificationDeclared' || changed.includes(toldToDesk(caseId))
      ? (await policeReferralTable.findWhere(transaction, 'caseId', caseId)).map((row) => row.candidateId)
      : [];
  if (candidateIds.length === 0) return;
  const counts = type === 'CandidateChecked' ? await wholeHome(transaction, caseId) : undefined;
  const toDesk = await toldAbout(transaction, tellings, toldToDesk(caseId));
  for (const candidateId of candidateIds) {
    const row = await changeRow(transaction, policeReferralTable, candidateId, event, (before) =>
      whileTold(
        before,
        toDesk,
        toldOfReferral,
        (whole) => policeReferralAfter(whole, happened, counts),
        'ANY',
      ),
    );
    if (row) inbox(transaction, candidateId, row, () => referralInbox(row));
  }
};

/** @param changed keys of rows for which something was told or has ended */
const applyPlacement = async (
  event: RecordedEvent,
  transaction: ProjectionTransaction,
  changed: readonly string[],
): Promise<void> => {
  const { type, data } = domainEvent(event);
  await applyDisclosure(transaction, schema, event, ['RECEIVING_POLICE'], async (disclosed) => {
    const row =
      disclosed.proposalId === undefined
        ? undefined
        : await policePlacementTable.find(transaction, disclosed.proposalId);
    if (!row || row.organisation !== disclosed.recipient) return undefined;
    return { rowKey: row.proposalId, accept: (_: DataClass) => true };
  });
  const proposalIds =
    'proposalId' in data && type !== 'InformationDisclosed' && data.proposalId !== undefined
      ? [data.proposalId]
      : type === 'ThreatAssessed' ||
          type === 'LoweringConfirmed' ||
          type === 'CaseClosed' ||
          type === 'DisqualificationDeclared'
        ? (await policePlacementTable.findWhere(transaction, 'caseId', data.caseId)).map(
            (row) => row.proposalId,
          )
        : [];
  const counts = type === 'PlacementCleared' ? await wholeHome(transaction, data.caseId) : undefined;
  const newlyTold = changed.filter((key) => key !== toldToDesk(caseOf(event)));
  for (const proposalId of [...newlyTold, ...proposalIds]) {
    const told = await toldAbout(transaction, tellings, proposalId);
    const before = await policePlacementTable.find(transaction, proposalId);
    const row = await changeRow(transaction, policePlacementTable, proposalId, event, (before) =>
      whileTold(before, told, toldOfPlacement, (whole) =>
        policePlacementAfter(whole, domainEvent(event), counts),
      ),
    );
    if (row) {
      inbox(transaction, proposalId, row, () => policePlacementInbox(row));
      tellOfExposure(event, transaction, schema, { ...row, about: proposalId });
      noticesFollow(event, transaction, schema, { ...row, about: proposalId });
    } else if (before) {
      inbox(transaction, proposalId, before, () => []);
      tellOfExposure(event, transaction, schema, { ...before, about: proposalId });
      dropSealedOf(transaction, schema, proposalId);
    }
  }
};
