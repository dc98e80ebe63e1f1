import {
  type Envelope,
  type Instant,
  mayHold,
  parseStreamName,
  type Projection,
  type ProjectionTransaction,
  type RecordedEvent,
  streamName,
  type Token,
} from '#kernel';
import { contactParts, endsRescue, officeTold } from '#domain/disclosure';
import { flushBatch } from '../shared/batch.js';
import { ofContacts, personsAfter } from '../shared/contacts.js';
import { openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, domainEvent, type DomainEvent, type EventType } from '../shared/events.js';
import { exposureIn } from '../shared/exposure.js';
import { type Disclosed, isToPart, sealedFieldsOf } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { Table } from '../shared/table.js';
import { type Grant, grantRows } from './grant-rows.js';

const handles = [
  // Who is named in a case.
  'CaseOpened',
  'ProposalOrdered',
  'PlacementAccepted',
  // Events with sealed fields (CaseOpened too): OWN.
  'SupportDecisionRegistered',
  'RelocationRequested',
  'ThreatAssessed',
  'LoweringProposed',
  'ConflictEntriesRecorded',
  'AdmissionGranted',
  'FollowUpRecorded',
  // Not PlaceDecisionRegistered: its address is opened with a pass alone, also by who wrote it.
  'ServedDecisionRegistered',
  // What others ask: a file of its own, whatever case there is.
  'InformationRequestReceived',
  'InformationRequestWeighed',
  'StayInquiryReceived',
  'StayInquiryAnswered',
  'ProtectedDataRequested',
  'ProtectedDataGranted',
  'RegistrationNoticeWithheld',
  // Requests for official documents: files of their own, of no case.
  'DocumentsRequested',
  'DocumentRequestTakenOver',
  'DocumentsReleased',
  'DocumentsRefused',
  'RefusalDecided',
  'GlassBroken',
  // Everything of the disclosure stream: its revision is how far the grants have come.
  'WaiverSigned',
  'WaiverWithdrawn',
  'InformationDisclosed',
  'DisclosureEnded',
  'LocationCompromised',
  'DecidedPlaceCompromised',
  // Until when an address is frozen.
  'DecidedPlaceLeft',
  'DepartureConfirmed',
  'ClearanceTakenBack',
  'PlacementEnded',
  'ImpartialityDeclared',
  'InquiryDisqualificationDeclared',
  ...ofContacts,
] as const satisfies readonly EventType[];

/**
 * Whose grants an event is about: the inquiry or the request for documents, where it is one, and else the case. What
 * somebody asked is not part of the file of the case that it may be about: the officers of that case get no grant by it.
 */
const fileOf = (event: RecordedEvent): string => {
  const { inquiryId, requestId } = event.data as { inquiryId?: unknown; requestId?: unknown };
  const file = inquiryId ?? requestId;
  return typeof file === 'string' ? file : caseOf(event);
};

const made: Projection = {
  name: subscriptions.vault,
  role: 'project_vault',
  schema: 'vault',
  tables: ['grants', 'grants_progress', 'named_v1', 'frozen', 'disqualified'],
  handles,
  sequenceOf: fileOf,
  flush: flushBatch,
  async apply(event, transaction) {
    await rememberNamed(event, transaction);
    await grantOwn(event, transaction);
    await freeze(event, transaction);
    const { type, data } = domainEvent(event);
    const grants = grantRows(transaction);
    switch (type) {
      case 'InformationDisclosed':
        grantDisclosed(event, data, transaction);
        break;
      case 'DisclosureEnded':
        // RESCUE does not end because a proposal or a placement does: somebody may still stand there.
        grants.end({
          caseId: data.caseId,
          sourceRef: data.disclosureId,
          rescueToo: endsRescue(data.reason),
          at: event.metadata.occurredAt,
        });
        break;
      case 'WaiverWithdrawn':
        grants.end({ caseId: data.caseId, at: event.metadata.occurredAt });
        break;
      case 'ContactChanged': {
        const at = event.metadata.occurredAt;
        // The home board's alarm plan is its duty officers': an officer who hands over a case is not relieved of the duty.
        const { caseId, part, organisation, proposalId, outgoing } = data;
        const office = { part, organisation, proposalId };
        const rescueToo = part !== 'HOME_BOARD';
        await grants.handOver(transaction, { ...data, heldFor: office, rescueToo, at });
        if (outgoing !== undefined)
          await grants.leave(transaction, { caseId, person: outgoing, office, rescueToo, at });
        break;
      }
      case 'DocumentRequestTakenOver':
        await grants.handOver(transaction, {
          caseId: data.requestId,
          organisation: data.authority,
          office: data.office,
          incoming: data.official,
          rescueToo: false,
          at: event.metadata.occurredAt,
        });
        break;
      case 'DisqualificationDeclared':
        await grants.leave(transaction, {
          caseId: data.caseId,
          person: data.official,
          rescueToo: false,
          at: event.metadata.occurredAt,
        });
        disqualifiedTable.save(transaction, {
          caseId: data.caseId,
          person: data.official,
          since: event.metadata.occurredAt,
        });
        break;
      case 'InquiryDisqualificationDeclared':
        disqualifiedTable.save(transaction, {
          caseId: data.inquiryId,
          person: data.official,
          since: event.metadata.occurredAt,
        });
        await grants.leave(transaction, {
          caseId: data.inquiryId,
          person: data.official,
          rescueToo: false,
          at: event.metadata.occurredAt,
        });
        break;
      default:
        break;
    }
    if (parseStreamName(event.stream).category === 'disclosure') grants.reach(caseOf(event), event.revision);
  },
};

/**
 * Who may open what. Rows of vault.grants stand on one of four feet: OWN comes from the writing, for the one who wrote
 * and the named officers of the authority that owns it; the others from a disclosure. Nothing is ever deleted: a grant
 * that ends keeps its row, so that a read can be understood later.
 */
export const grantsProjection: Projection = lettingGo(made, [
  { table: 'grants', where: 'case_id = ANY ($1::uuid[])' },
  { table: 'grants_progress', where: 'case_id = ANY ($1::uuid[])' },
  { table: 'named_v1' },
  { table: 'frozen', where: 'case_id = ANY ($1::uuid[])' },
  { table: 'disqualified', where: 'case_id = ANY ($1::uuid[])' },
]);

type Part = 'INQUIRY' | 'DOCUMENTS' | 'TAX_AGENCY' | 'HOME_BOARD' | 'HOME_POLICE' | 'RECEIVING_BOARD';

interface Named {
  readonly caseId: string;
  readonly organisation: Token;
  readonly part: Part;
  readonly proposalId: string;
  readonly persons: readonly Token[];
  readonly ownHousing: boolean;
}
const namedTable = new Table<Named>(
  'vault.named_v1',
  'caseId',
  {
    caseId: 'value',
    organisation: 'value',
    part: 'value',
    proposalId: 'value',
    persons: 'value',
    ownHousing: 'value',
  },
  ['part', 'proposalId'],
);

const rememberNamed = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<void> => {
  const { type, data } = domainEvent(event);
  if (type === 'InformationRequestReceived' || type === 'StayInquiryReceived') {
    namedTable.save(transaction, {
      caseId: data.inquiryId,
      organisation: data.decidesAt,
      part: 'INQUIRY',
      proposalId: '',
      persons: data.holder === data.decidesAt ? [data.receivedBy, ...data.reviewers] : data.reviewers,
      ownHousing: false,
    });
    return;
  }
  if (type === 'InquiryDisqualificationDeclared') {
    for (const named of await namedTable.findWhere(transaction, 'caseId', data.inquiryId))
      namedTable.save(transaction, {
        ...named,
        persons: named.persons.filter((one) => one !== data.official),
      });
    return;
  }
  if (type === 'DocumentsRequested') {
    namedTable.save(transaction, {
      caseId: data.requestId,
      organisation: data.authority,
      part: 'DOCUMENTS',
      proposalId: '',
      persons: data.readers,
      ownHousing: false,
    });
    return;
  }
  if (type === 'DocumentRequestTakenOver') {
    for (const named of await namedTable.findWhere(transaction, 'caseId', data.requestId))
      namedTable.save(transaction, { ...named, persons: [...new Set([...named.persons, data.official])] });
    return;
  }
  if (type === 'ProtectedDataRequested') {
    const named = await namedTable.findWhere(transaction, 'caseId', data.caseId);
    const known = named.find(({ part }) => part === 'TAX_AGENCY')?.persons ?? [];
    namedTable.save(transaction, {
      caseId: data.caseId,
      organisation: data.taxAgency,
      part: 'TAX_AGENCY',
      proposalId: '',
      persons: [...new Set([...known, ...data.protectionOfficers])],
      ownHousing: false,
    });
    return;
  }
  if (type === 'ContactChanged' || type === 'DisqualificationDeclared') {
    for (const named of await namedTable.findWhere(transaction, 'caseId', data.caseId)) {
      const part = contactParts.find((one) => one === named.part);
      const proposalId = named.proposalId === '' ? undefined : named.proposalId;
      const persons = personsAfter(named, { type, data } as DomainEvent, part, proposalId);
      if (persons !== named.persons) namedTable.save(transaction, { ...named, persons });
    }
    return;
  }
  if (type !== 'CaseOpened' && type !== 'ProposalOrdered' && type !== 'PlacementAccepted') return;
  const { caseId } = data;
  const named = await namedTable.findWhere(transaction, 'caseId', caseId);
  const known = (part: Part, proposalId: string) =>
    named.find((one) => one.part === part && one.proposalId === proposalId);
  const keep = (part: Part, proposalId: string, organisation: Token, persons: readonly Token[]) => {
    if (!known(part, proposalId))
      namedTable.save(transaction, { caseId, organisation, part, proposalId, persons, ownHousing: false });
  };
  if (type === 'CaseOpened') {
    keep('HOME_BOARD', '', data.board, data.officers);
    keep('HOME_POLICE', '', data.homePolice, data.homePoliceContacts);
  } else if (type === 'ProposalOrdered') {
    keep('RECEIVING_BOARD', data.proposalId, data.board, []);
  } else {
    const asked = known('RECEIVING_BOARD', data.proposalId);
    if (asked)
      namedTable.save(transaction, {
        ...asked,
        persons: data.receivers,
        ownHousing: asked.organisation === data.provider,
      });
  }
};

interface Frozen {
  readonly stream: string;
  readonly caseId: string;
  readonly since: Instant;
  readonly endedAt: Instant | null;
  /** False of one that was left and that nobody has said to be known: what is said of it later freezes nothing. */
  readonly exposed: boolean;
}
const frozenTable = new Table<Frozen>('vault.frozen', 'stream', {
  stream: 'value',
  caseId: 'value',
  since: 'instant',
  endedAt: 'instant',
  exposed: 'value',
});

/** Grants that end name one person; what is open to whoever stands by, or with a pass, is shut by this. */
const disqualifiedTable = openDisqualifiedTable('vault.disqualified');

/**
 * What an event freezes, or frees: the address in a placement's stream, or one of those in a decision's. While one of those
 * is, the vault shuts all decisions of the case (vault.keep_frozen), as it does for a placement. After the closing a
 * pass opens them to nobody but whom the freeze spares.
 */
const frozenBy = (
  event: RecordedEvent,
): { readonly stream: string; readonly said: 'KNOWN' | 'LEFT' | 'THERE' } | undefined => {
  const { type, data } = domainEvent(event);
  if (type === 'DecidedPlaceCompromised' || type === 'DecidedPlaceLeft') {
    const stream = `${streamName('decision', data.decisionId)}/${data.placeDecisionId}`;
    if (type === 'DecidedPlaceCompromised') return { stream, said: 'KNOWN' };
    return { stream, said: data.departedAt === null ? 'THERE' : 'LEFT' };
  }
  const exposure = exposureIn(event);
  const said = exposure?.known ? 'KNOWN' : 'LEFT';
  return exposure && { stream: streamName('placement', exposure.proposalId), said };
};

/**
 * The address of a place that became known is read by rescuers alone while somebody may stand there. A report and a
 * departure are of two streams and may cross: whichever comes last, who has left is not waited for, and a row that
 * nothing would end shut the person's later places too.
 */
const freeze = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<void> => {
  const exposure = frozenBy(event);
  if (!exposure) return;
  const { stream } = exposure;
  const known = await frozenTable.find(transaction, stream);
  const at = event.metadata.occurredAt;
  const row = known ?? { stream, caseId: caseOf(event), since: at, endedAt: null, exposed: false };
  if (exposure.said === 'KNOWN') frozenTable.save(transaction, { ...row, exposed: true });
  else if (exposure.said === 'LEFT') frozenTable.save(transaction, { ...row, endedAt: row.endedAt ?? at });
  else if (row.exposed) frozenTable.save(transaction, { ...row, endedAt: null });
  else if (known) frozenTable.remove(transaction, stream);
};

const grantOwn = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<void> => {
  const fields = sealedFieldsOf(event);
  if (fields.length === 0) return;
  const { proposalId = '' } = event.data as { proposalId?: string };
  const named = (await namedTable.findWhere(transaction, 'caseId', fileOf(event))).filter(
    (one) => one.part !== 'RECEIVING_BOARD' || one.proposalId === proposalId,
  );
  for (const { envelope } of fields) {
    const grantees = new Map<string, Pick<Grant, 'organisation' | 'person' | 'part' | 'proposalId'>>();
    const add = (grantee: Pick<Grant, 'organisation' | 'person' | 'part' | 'proposalId'>) =>
      grantees.set(`${grantee.organisation}\n${grantee.person}`, grantee);
    const { organisation: writtenAt, actor } = event.metadata;
    add({ organisation: writtenAt, person: actor, ...writtenFor(event, writtenAt, named) });
    for (const { organisation, part, proposalId: of, persons, ...one } of named)
      if (organisation === envelope.owner && ownsClass({ part, ...one }, envelope))
        for (const person of persons)
          if (!grantees.has(`${organisation}\n${person}`))
            add({ organisation, person, part, proposalId: of });
    for (const grantee of grantees.values())
      keepGrant(transaction, event, envelope, {
        ...grantee,
        foot: 'OWN',
        sourceRef: event.id,
        legalBasis: event.metadata.legalBasis,
        purposes: [],
        expiresAt: null,
      });
  }
};

/** For which part somebody writes: as the organisation is named, but who breaks a glass says for which. */
const writtenFor = (
  event: RecordedEvent,
  organisation: Token,
  named: readonly Named[],
): Pick<Grant, 'part' | 'proposalId'> => {
  const { type, data } = domainEvent(event);
  if (type === 'GlassBroken')
    return { part: contactParts.find((one) => one === data.relation) ?? '', proposalId: '' };
  // A provider is named nowhere but in its placement, and is the only one there who is not.
  if (type === 'AdmissionGranted' && !named.some((one) => one.organisation === organisation))
    return { part: 'HOUSING_PROVIDER', proposalId: data.proposalId };
  const { part = '', proposalId = '' } = named.find((one) => one.organisation === organisation) ?? {};
  return { part, proposalId };
};

/** A receiving board knows the address only when it runs the housing itself (need-to-know matrix). */
const ownsClass = (named: Pick<Named, 'part' | 'ownHousing'>, envelope: Envelope): boolean =>
  named.part !== 'RECEIVING_BOARD' || envelope.class !== 'address' || named.ownHousing;

const grantDisclosed = (
  event: RecordedEvent,
  disclosed: Disclosed,
  transaction: ProjectionTransaction,
): void => {
  if (!isToPart(disclosed)) return;
  const { recipient, recipientKind, persons, foot, legalBasis, waiverVersion } = disclosed;
  const { part = '', proposalId = '' } = officeTold(disclosed) ?? {};
  for (const envelope of disclosed.items)
    if (mayHold(recipientKind, envelope.class, disclosed))
      for (const person of persons)
        keepGrant(transaction, event, envelope, {
          organisation: recipient,
          person,
          part,
          proposalId,
          foot,
          sourceRef: disclosed.disclosureId,
          legalBasis: waiverVersion === undefined ? legalBasis : `${legalBasis} waiver ${waiverVersion}`,
          purposes: [disclosed.purpose],
          expiresAt: foot === 'RESCUE' ? null : (disclosed.expiresAt ?? null),
        });
};

const keepGrant = (
  transaction: ProjectionTransaction,
  event: RecordedEvent,
  { subject, stream, class: dataClass, owner }: Envelope,
  grant: Pick<
    Grant,
    | 'organisation'
    | 'person'
    | 'part'
    | 'proposalId'
    | 'foot'
    | 'sourceRef'
    | 'legalBasis'
    | 'purposes'
    | 'expiresAt'
  >,
): void => {
  const validFrom = event.metadata.occurredAt;
  grantRows(transaction).keep({
    caseId: fileOf(event),
    subject,
    stream,
    class: dataClass,
    owner,
    validFrom,
    endedAt: null,
    ...grant,
  });
};
