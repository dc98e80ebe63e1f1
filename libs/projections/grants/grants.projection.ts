import {
  type Envelope,
  parseStreamName,
  type Projection,
  type ProjectionTransaction,
  type RecordedEvent,
  type Token,
} from '#kernel';
import { caseOf, domainEvent, type EventType } from '../shared/events.js';
import { mayHold } from '../shared/need-to-know.js';
import { type Disclosed, endsRescue, sealedFieldsOf } from '../shared/sealed.js';

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
  // Everything of the disclosure stream: its revision is how far the grants have come.
  'WaiverSigned',
  'WaiverWithdrawn',
  'InformationDisclosed',
  'DisclosureEnded',
] as const satisfies readonly EventType[];

/**
 * Who may open what. Rows of vault.grants stand on one of four feet: OWN comes from the writing, for the one who wrote
 * and the named officers of the authority that owns it; the others from a disclosure. Nothing is ever deleted: a grant
 * that ends keeps its row, so that a read can be understood later.
 */
export const grantsProjection: Projection = {
  name: 'grants',
  role: 'project_vault',
  schema: 'vault',
  handles,
  sequenceOf: caseOf,
  async apply(event, transaction) {
    await rememberNamed(event, transaction);
    await grantOwn(event, transaction);
    const { type, data } = domainEvent(event);
    switch (type) {
      case 'InformationDisclosed':
        await grantDisclosed(event, data, transaction);
        break;
      case 'DisclosureEnded':
        // RESCUE does not end because a proposal or a placement does: somebody may still stand there.
        await transaction.query(
          `UPDATE vault.grants SET ended_at = $3
           WHERE case_id = $1 AND source_ref = $2 AND ended_at IS NULL AND (foot <> 'RESCUE' OR $4)`,
          [data.caseId, data.disclosureId, event.metadata.occurredAt, endsRescue(data.reason)],
        );
        break;
      case 'WaiverWithdrawn':
        await transaction.query(
          `UPDATE vault.grants SET ended_at = $2 WHERE case_id = $1 AND foot = 'WAIVER' AND ended_at IS NULL`,
          [data.caseId, event.metadata.occurredAt],
        );
        break;
      default:
        break;
    }
    if (parseStreamName(event.stream).category === 'disclosure')
      await transaction.query(
        `INSERT INTO vault.grants_progress (case_id, disclosure_revision) VALUES ($1, $2)
         ON CONFLICT (case_id) DO UPDATE
           SET disclosure_revision = greatest(vault.grants_progress.disclosure_revision, EXCLUDED.disclosure_revision)`,
        [caseOf(event), event.revision],
      );
  },
};

type Part = 'HOME_BOARD' | 'HOME_POLICE' | 'RECEIVING_BOARD';

interface Named {
  readonly organisation: Token;
  readonly part: Part;
  readonly proposalId: string;
  readonly persons: readonly Token[];
  readonly ownHousing: boolean;
}

const rememberNamed = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<void> => {
  const { type, data } = domainEvent(event);
  const keep = async (part: Part, proposalId: string, organisation: Token, persons: readonly Token[]) => {
    await transaction.query(
      `INSERT INTO vault.named_v1 (case_id, organisation, part, proposal_id, persons, own_housing)
       VALUES ($1, $2, $3, $4, $5, false) ON CONFLICT DO NOTHING`,
      [caseOf(event), organisation, part, proposalId, persons],
    );
  };
  if (type === 'CaseOpened') {
    await keep('HOME_BOARD', '', data.board, data.officers);
    await keep('HOME_POLICE', '', data.homePolice, data.homePoliceContacts);
  } else if (type === 'ProposalOrdered') {
    await keep('RECEIVING_BOARD', data.proposalId, data.board, []);
  } else if (type === 'PlacementAccepted') {
    await transaction.query(
      `UPDATE vault.named_v1 SET persons = $3, own_housing = (organisation = $4)
       WHERE case_id = $1 AND part = 'RECEIVING_BOARD' AND proposal_id = $2`,
      [data.caseId, data.proposalId, data.receivers, data.provider],
    );
  }
};

const grantOwn = async (event: RecordedEvent, transaction: ProjectionTransaction): Promise<void> => {
  const fields = sealedFieldsOf(event);
  if (fields.length === 0) return;
  const { proposalId = '' } = event.data as { proposalId?: string };
  const { rows: named } = await transaction.query<Named>(
    `SELECT organisation, part, proposal_id AS "proposalId", persons, own_housing AS "ownHousing"
     FROM vault.named_v1 WHERE case_id = $1 AND (part <> 'RECEIVING_BOARD' OR proposal_id = $2) ORDER BY part, proposal_id`,
    [caseOf(event), proposalId],
  );
  for (const { envelope } of fields) {
    const grantees = new Map<string, { organisation: Token; person: Token }>();
    const add = (organisation: Token, person: Token) =>
      grantees.set(`${organisation}\n${person}`, { organisation, person });
    add(event.metadata.organisation, event.metadata.actor);
    for (const one of named)
      if (one.organisation === envelope.owner && ownsClass(one, envelope))
        for (const person of one.persons) add(one.organisation, person);
    for (const grantee of grantees.values())
      await insertGrant(transaction, event, envelope, {
        ...grantee,
        foot: 'OWN',
        sourceRef: event.id,
        legalBasis: event.metadata.legalBasis,
        purposes: [],
        expiresAt: null,
      });
  }
};

/** A receiving board knows the address only when it runs the housing itself (need-to-know matrix). */
const ownsClass = (named: Named, envelope: Envelope): boolean =>
  named.part !== 'RECEIVING_BOARD' || envelope.class !== 'address' || named.ownHousing;

const grantDisclosed = async (
  event: RecordedEvent,
  disclosed: Disclosed,
  transaction: ProjectionTransaction,
): Promise<void> => {
  const { recipient, recipientKind, persons, foot, legalBasis, waiverVersion } = disclosed;
  for (const envelope of disclosed.items)
    if (mayHold(recipientKind, envelope.class, foot))
      for (const person of persons)
        await insertGrant(transaction, event, envelope, {
          organisation: recipient,
          person,
          foot,
          sourceRef: disclosed.disclosureId,
          legalBasis: waiverVersion === undefined ? legalBasis : `${legalBasis} waiver ${waiverVersion}`,
          purposes: [disclosed.purpose],
          expiresAt: foot === 'RESCUE' ? null : (disclosed.expiresAt ?? null),
        });
};

const insertGrant = async (
  transaction: ProjectionTransaction,
  event: RecordedEvent,
  envelope: Envelope,
  grant: {
    organisation: Token;
    person: Token;
    foot: 'OWN' | 'WAIVER' | 'STATUTE' | 'RESCUE';
    sourceRef: string;
    legalBasis: string;
    purposes: readonly string[];
    expiresAt: string | null;
  },
): Promise<void> => {
  await transaction.query(
    `INSERT INTO vault.grants (case_id, subject, stream, class, owner, organisation, person, foot, source_ref, legal_basis,
       purposes, valid_from, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
    [
      caseOf(event),
      envelope.subject,
      envelope.stream,
      envelope.class,
      envelope.owner,
      grant.organisation,
      grant.person,
      grant.foot,
      grant.sourceRef,
      grant.legalBasis,
      grant.purposes,
      event.metadata.occurredAt,
      grant.expiresAt,
    ],
  );
};
