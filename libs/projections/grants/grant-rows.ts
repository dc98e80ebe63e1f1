import type { DataClass, Instant, ProjectionTransaction, Token } from '#kernel';
import type { ContactPart, OfficeKey } from '#domain/disclosure';
import { type BatchPart, partOf } from '../shared/batch.js';
import { insertRows } from '../shared/table.js';

/** A row of vault.grants. */
export interface Grant {
  readonly caseId: string;
  readonly subject: string;
  readonly stream: string;
  readonly class: DataClass;
  readonly owner: Token;
  readonly organisation: Token;
  readonly person: Token;
  /** For which part, and of which proposal, the person holds it; '' where persons do not hand it over. */
  readonly part: ContactPart | 'INQUIRY' | 'DOCUMENTS' | '';
  readonly proposalId: string;
  readonly foot: 'OWN' | 'WAIVER' | 'STATUTE' | 'RESCUE';
  readonly sourceRef: string;
  readonly legalBasis: string;
  readonly purposes: readonly string[];
  readonly validFrom: Instant;
  readonly expiresAt: Instant | null;
  readonly endedAt: Instant | null;
}

const key = {
  case_id: 'caseId',
  subject: 'subject',
  stream: 'stream',
  class: 'class',
  owner: 'owner',
  organisation: 'organisation',
  person: 'person',
  foot: 'foot',
  source_ref: 'sourceRef',
} as const satisfies Record<string, keyof Grant>;
const columns = {
  ...key,
  part: 'part',
  proposal_id: 'proposalId',
  legal_basis: 'legalBasis',
  purposes: 'purposes',
  valid_from: 'validFrom',
  expires_at: 'expiresAt',
  ended_at: 'endedAt',
} as const satisfies Record<string, keyof Grant>;

/** What ends: all grants of one disclosure, or, without one, all of the case that stand on the waiver. */
interface Ending {
  readonly caseId: string;
  readonly sourceRef?: string;
  readonly rescueToo?: boolean;
  readonly at: Instant;
}

const endsWith = (grant: Grant, { caseId, sourceRef, rescueToo }: Ending): boolean =>
  grant.caseId === caseId &&
  grant.endedAt === null &&
  (sourceRef === undefined
    ? grant.foot === 'WAIVER'
    : grant.sourceRef === sourceRef && (grant.foot !== 'RESCUE' || rescueToo === true));

/**
 * What is held for an office: somebody may be named on both sides of a case, and what changes on one says nothing of the
 * other. A row without a part was written by a build before this one, which did not know it (`ops rebuild grants` tells it);
 * one of a part without a proposal is a note to a broken glass, which belongs to the part wherever it was broken.
 */
const ofOffice = (part: number): string =>
  `($${part}::text IS NULL OR part IS NULL OR part = $${part} AND proposal_id IN ('', $${part + 1}::text))`;
const officeColumns = (office: OfficeKey | undefined): readonly [string | null, string] => [
  office?.part ?? null,
  office?.proposalId ?? '',
];

/**
 * Grants of one batch. Nothing is ever deleted: a grant that ends keeps its row. An ending reaches the grants that stood
 * there before and those that the batch has given so far, so endings are written first.
 */
class GrantRows implements BatchPart {
  readonly #kept = new Map<string, Grant>();
  readonly #endings: Ending[] = [];
  readonly #reached = new Map<string, number>();

  constructor(private readonly schema: string) {}

  keep(grant: Grant): void {
    const id = JSON.stringify(Object.values(key).map((name) => grant[name]));
    if (!this.#kept.has(id)) this.#kept.set(id, grant);
  }

  end(ending: Ending): void {
    this.#endings.push(ending);
    for (const [id, grant] of this.#kept)
      if (endsWith(grant, ending)) this.#kept.set(id, { ...grant, endedAt: ending.at });
  }

  /** How far disclosure-<case> is followed. */
  reach(caseId: string, revision: number): void {
    this.#reached.set(caseId, Math.max(revision, this.#reached.get(caseId) ?? 0));
  }

  async flush(transaction: ProjectionTransaction): Promise<void> {
    // All is taken in hand at once: other cases of the batch go on meanwhile.
    const endings = this.#endings.splice(0);
    const rows = [...this.#kept.values()].map((grant) =>
      Object.fromEntries(Object.entries(columns).map(([column, name]) => [column, grant[name]])),
    );
    this.#kept.clear();
    const reached = [...this.#reached];
    this.#reached.clear();
    if (endings.length > 0) {
      // One that is met by several endings was ended by the first of them.
      await transaction.query(
        `UPDATE ${this.schema}.grants AS g SET ended_at = first.at FROM (
           SELECT DISTINCT ON (g.grant_id) g.grant_id, e.at
           FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::timestamptz[])
             WITH ORDINALITY AS e (case_id, source_ref, rescue_too, at, n)
           JOIN ${this.schema}.grants AS g ON g.case_id = e.case_id AND g.ended_at IS NULL
             AND CASE WHEN e.source_ref IS NULL THEN g.foot = 'WAIVER'
                      ELSE g.source_ref = e.source_ref AND (g.foot <> 'RESCUE' OR e.rescue_too) END
           ORDER BY g.grant_id, e.n
         ) AS first WHERE g.grant_id = first.grant_id`,
        [
          endings.map(({ caseId }) => caseId),
          endings.map(({ sourceRef }) => sourceRef ?? null),
          endings.map(({ rescueToo }) => rescueToo === true),
          endings.map(({ at }) => at),
        ],
      );
    }
    if (rows.length > 0)
      await insertRows(transaction, `${this.schema}.grants`, {
        columns: Object.keys(columns),
        rows,
        onConflict: 'DO NOTHING',
      });
    if (reached.length > 0)
      await insertRows(transaction, `${this.schema}.grants_progress`, {
        columns: ['case_id', 'disclosure_revision'],
        rows: reached.map(([case_id, disclosure_revision]) => ({ case_id, disclosure_revision })),
        onConflict: `(case_id) DO UPDATE
          SET disclosure_revision = greatest(grants_progress.disclosure_revision, EXCLUDED.disclosure_revision)`,
      });
  }

  /**
   * Whoever comes gets, from now on, what those of the office hold now for it, on the same foot and until the same end.
   * What was given before is written first.
   */
  async handOver(
    transaction: ProjectionTransaction,
    change: {
      readonly caseId: string;
      readonly organisation: Token;
      readonly office: readonly Token[];
      /** Undefined where a file has only one. */
      readonly heldFor?: OfficeKey;
      readonly incoming: Token;
      readonly rescueToo: boolean;
      readonly at: Instant;
    },
  ): Promise<void> {
    await this.flush(transaction);
    const kept = Object.keys(columns)
      .filter((column) => !['person', 'valid_from', 'ended_at'].includes(column))
      .join(', ');
    await transaction.query(
      `INSERT INTO ${this.schema}.grants (${kept}, person, valid_from)
       SELECT DISTINCT ON (subject, stream, class, owner, foot, source_ref) ${kept}, $4, $6::timestamptz
       FROM ${this.schema}.grants
       WHERE case_id = $1 AND organisation = $2 AND person = ANY ($3) AND ended_at IS NULL
         AND (expires_at IS NULL OR expires_at > $6) AND (foot <> 'RESCUE' OR $5) AND ${ofOffice(7)}
       ORDER BY subject, stream, class, owner, foot, source_ref
       ON CONFLICT DO NOTHING`,
      [
        change.caseId,
        change.organisation,
        change.office,
        change.incoming,
        change.rescueToo,
        change.at,
        ...officeColumns(change.heldFor),
      ],
    );
  }

  /**
   * Everything that a person holds in a case ends; with an office, what is held for it. But for an alarm plan that is
   * of a function: whoever holds it next opens it by the same grant. Who is disqualified is kept out by vault.disqualified.
   */
  async leave(
    transaction: ProjectionTransaction,
    {
      caseId,
      person,
      office,
      rescueToo,
      at,
    }: {
      readonly caseId: string;
      readonly person: Token;
      readonly office?: OfficeKey;
      readonly rescueToo: boolean;
      readonly at: Instant;
    },
  ): Promise<void> {
    await this.flush(transaction);
    await transaction.query(
      `UPDATE ${this.schema}.grants SET ended_at = $4
       WHERE case_id = $1 AND person = $2 AND ($3::text IS NULL OR organisation = $3) AND ended_at IS NULL
         AND (foot <> 'RESCUE' OR $5) AND ${ofOffice(6)}`,
      [caseId, person, office?.organisation ?? null, at, rescueToo, ...officeColumns(office)],
    );
  }
}

export const grantRows = (transaction: ProjectionTransaction): GrantRows =>
  partOf(transaction, 'grants', () => new GrantRows(transaction.schema ?? 'vault'));
