import type { Pool } from 'pg';
import type { AgencyKind, DataClass, Instant, Token } from '#kernel';
import { sessionsIn, Together } from '#platform';
import type { KeyPlace } from './crypto.js';
import type { Blinded } from './blinds.js';
import { EpochBehind } from './keys.js';

/** Who reads or writes, and where that person works. `unit` is a code, never a name. */
export interface VaultActor {
  readonly person: Token;
  readonly organisation: Token;
  readonly agencyKind: AgencyKind;
  readonly unit?: string;
  /** The case system through which the person asks. */
  readonly machine?: Token;
}

/** Why and when; goes into the read record as it is. `at` is UTC and must be within 5 s of the database's clock. */
export interface VaultPurpose {
  readonly actor: VaultActor;
  readonly purpose: string;
  readonly at: Instant;
}

export interface WrappedKey {
  readonly kid: string;
  readonly wrapped: Buffer;
  /** Epoch of the class key that unwraps it. */
  readonly epoch: number;
}

export interface OpenedKey extends WrappedKey {
  readonly foot: 'OWN' | 'WAIVER' | 'STATUTE' | 'RESCUE' | 'NOTE' | Pass['kind'];
  readonly legalBasis: string;
}

/** An opening for minutes that no grant carries: a broken glass, or who and where together. */
export interface Pass {
  readonly id: string;
  readonly kind: 'GLASS' | 'JOINT';
  readonly caseId: string;
  readonly subject: string;
  readonly classes: readonly DataClass[];
  readonly person: Token;
  readonly organisation: Token;
  readonly agencyKind: AgencyKind;
  readonly unit?: string;
  /** The case system through which the person asked, for the record. */
  readonly machine?: Token;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly at: Instant;
  readonly minutes: number;
}

/** The grants of this case are behind, parked or being changed: nothing opens. Answer 503 with Retry-After. */
export class GrantsNotReady extends Error {
  override readonly name = 'GrantsNotReady';
}
/** Our clock is more than 5 s off the database's. Answer 503: somebody must set it right. */
export class ClockOff extends Error {
  override readonly name = 'ClockOff';
}
/** Who and where of one person, opened by one official within minutes: that needs a second person's approval. */
export class OtherHalfOpened extends Error {
  override readonly name = 'OtherHalfOpened';
}
/** The address is known to somebody who must not know it: only rescuers read it. Answered like an unknown thing. */
export class AddressFrozen extends Error {
  override readonly name = 'AddressFrozen';
}
/** Who asks is disqualified in the case: nothing of it opens, by any door. Answered like an unknown thing. */
export class KeptOut extends Error {
  override readonly name = 'KeptOut';
}
/** The vault did not do its work, so there is neither a record nor a key. Answer 503 without content. */
export class VaultUnavailable extends Error {
  override readonly name = 'VaultUnavailable';
  /** @param sqlState the code only: the database's texts may repeat what was in a row */
  constructor(readonly sqlState: string) {
    super(`the vault answered ${sqlState}`);
  }
}
/** The vault would not give a key for writing. The refusal is on record. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}

const failure = (error: unknown): Error => {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'RV001') return new GrantsNotReady('the grants of this case are not up to date');
  if (code === 'RV002') return new ClockOff('the clocks of this machine and of the database differ');
  if (code === 'RV005') return new EpochBehind('there is a newer epoch of these keys');
  if (code === 'RV006') return new OtherHalfOpened('the other half was opened a moment ago');
  if (code === 'RV007') return new AddressFrozen('the address is frozen');
  if (code === 'RV008') return new KeptOut('this person is disqualified in the case');
  return new VaultUnavailable(typeof code === 'string' ? code : 'nothing');
};

/**
 * Runs one statement under a role, a transaction of its own, and gives its rows only after the commit: a key must not be
 * used before the record of it is certain.
 * @param use an ordinary opening waits a moment for the grants of its case, and holds its session meanwhile: what may not
 *   wait behind many of them has sessions of its own
 * @throws GrantsNotReady, ClockOff, VaultUnavailable
 */
export const asRole = async <Row extends object>(
  pool: Pool,
  role: 'vault_opener' | 'police_verdict' | 'police_registrar',
  sql: string,
  values: readonly unknown[],
  { use, machine }: { readonly use?: 'RESCUE' | 'RECORDS'; readonly machine?: Token } = {},
): Promise<Row[]> => {
  try {
    // What is recorded was asked for through that system: the columns take it from the setting.
    const settings = machine === undefined ? undefined : { 'vault.machine': machine };
    return (await sessionsIn(pool, role, use).query<Row>(sql, values, settings)).rows;
  } catch (error) {
    throw failure(error);
  }
};

/** The purpose for which the grants of rescuers open (foot RESCUE). */
const rescue = 'ALARM';

/** The doors of the schema `vault`, one statement each. It hands out wrapped keys and never unwraps one. */
export class Vault {
  readonly #pool: Pool;
  readonly #writes = new Together<WriteOfKeys, (WrappedKey | undefined)[]>((writes) => this.#keysFor(writes));
  readonly #persons = new Together<Person, string>((persons) => this.#subjectsOf(persons));
  readonly #views = new Looks<View>((views, by) => this.#keepViews(views, by));
  readonly #lists = new Looks<Listing>((lists, by) => this.#keepLists(lists, by));

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Checks the grants, records the reads and returns the wrapped keys, all or none of them recorded.
   * @param disclosureRevision head revision of disclosure-<case> as read from the log, -1 when there is no such stream
   * @param legalBasis of the reader's route: recorded where the own authority wrote it (OWN); a disclosure has its own
   * @returns one per request, in order; undefined where there is no live grant or no key (recorded as a refusal)
   * @throws GrantsNotReady, ClockOff, VaultUnavailable
   */
  async open(
    places: readonly KeyPlace[],
    context: VaultPurpose & {
      readonly caseId: string;
      readonly disclosureRevision: number;
      readonly legalBasis: string;
    },
  ): Promise<readonly (OpenedKey | undefined)[]> {
    const { actor } = context;
    const rows = await asRole<KeyRow>(
      this.#pool,
      'vault_opener',
      `SELECT q.n, o.key_id, o.wrapped_key, o.epoch, o.foot, o.legal_basis
           FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS q (subject, stream, class, owner, n)
           CROSS JOIN LATERAL vault.open($5, q.subject, q.stream, q.class, q.owner, $6, $7, $8, $9, $10, $11, $12, $13) AS o`,
      [
        ...columns(places),
        context.caseId,
        actor.organisation,
        actor.person,
        context.purpose,
        context.at,
        context.disclosureRevision,
        actor.agencyKind,
        actor.unit ?? null,
        context.legalBasis,
      ],
      { use: context.purpose === rescue ? 'RESCUE' : undefined, machine: actor.machine },
    );
    return inOrder(places, rows);
  }

  /**
   * Keeps each proposed key unless the place has one, returns the key that holds, and records a write for each.
   * @returns one per request, in order
   * @throws WriteRefused when a key exists that this organisation may not have; EpochBehind when a proposed key is
   *   wrapped under an epoch that is no longer in force; ClockOff, VaultUnavailable
   */
  async keysForWriting(
    proposals: readonly (KeyPlace & { readonly proposed: WrappedKey })[],
    context: WriteContext,
  ): Promise<readonly WrappedKey[]> {
    const write = { proposals, context };
    // Writes of several callers go together; what comes through a machine bears its name and goes alone.
    const held =
      context.actor.machine === undefined
        ? await this.#writes.add(write)
        : (await this.#keysFor([write], context.actor.machine))[0]!;
    return held.map((key) => {
      if (!key) throw new WriteRefused('the vault gave no key for writing');
      return key;
    });
  }

  /** Keys for several writes in one statement and one commit: each has its own place, actor, purpose and record. */
  async #keysFor(writes: readonly WriteOfKeys[], machine?: Token): Promise<(WrappedKey | undefined)[][]> {
    const asked = writes.flatMap(({ proposals, context }) =>
      proposals.map((proposal) => ({ ...proposal, context })),
    );
    const rows = await asRole<{ n: string; key_id: string; wrapped_key: Buffer; epoch: number }>(
      this.#pool,
      'vault_opener',
      // In one order everywhere, so that two writers of the same keys wait for each other and do not lock up.
      `SELECT q.n, k.key_id, k.wrapped_key, k.epoch
           FROM (
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::bytea[], $7::int[],
                 $8::uuid[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::text[], $14::text[], $15::text[])
               WITH ORDINALITY AS u (subject, stream, class, owner, key_id, wrapped_key, epoch,
                 case_id, organisation, person, purpose, at, agency_kind, unit, legal_basis, n)
             ORDER BY subject, stream, class, owner
           ) AS q
           CROSS JOIN LATERAL vault.key_for_write_on(q.legal_basis, q.case_id, q.subject, q.stream, q.class, q.owner, q.organisation,
             q.person, q.purpose, q.at, q.key_id, q.wrapped_key, q.epoch, q.agency_kind, q.unit) AS k`,
      [
        ...columns(asked),
        asked.map(({ proposed }) => proposed.kid),
        asked.map(({ proposed }) => proposed.wrapped),
        asked.map(({ proposed }) => proposed.epoch),
        asked.map(({ context }) => context.caseId ?? null),
        asked.map(({ context }) => context.actor.organisation),
        asked.map(({ context }) => context.actor.person),
        asked.map(({ context }) => context.purpose),
        asked.map(({ context }) => context.at),
        asked.map(({ context }) => context.actor.agencyKind),
        asked.map(({ context }) => context.actor.unit ?? null),
        asked.map(({ context }) => context.legalBasis ?? null),
      ],
      { machine },
    );
    const found = new Map(rows.map((row) => [Number(row.n), row]));
    let place = 0;
    return writes.map(({ proposals }) =>
      proposals.map(() => {
        const row = found.get((place += 1));
        return row && { kid: row.key_id, wrapped: row.wrapped_key, epoch: row.epoch };
      }),
    );
  }

  /**
   * Records that tokens of places are turned into names beside a case, before the names leave.
   * @throws ClockOff, VaultUnavailable
   */
  async recordNaming(
    tokens: readonly Token[],
    context: VaultPurpose & CaseFile & { readonly legalBasis: string },
  ): Promise<void> {
    const { actor } = context;
    await asRole(
      this.#pool,
      'vault_opener',
      `SELECT vault.record_naming($1, $2, t, $4, $5, $6, $7, $8, $9, $10) FROM unnest($3::text[]) AS t`,
      [
        context.caseId,
        context.subject,
        tokens,
        actor.organisation,
        actor.person,
        context.purpose,
        context.at,
        context.legalBasis,
        actor.agencyKind,
        actor.unit ?? null,
      ],
      { machine: actor.machine },
    );
  }

  /**
   * Records that somebody asks Police's register about a place for the person of a case, before the check is on the log.
   * @throws ClockOff, VaultUnavailable
   */
  async recordCheck({
    actor,
    ...check
  }: VaultPurpose & CaseFile & { readonly legalBasis: string }): Promise<void> {
    await asRole(
      this.#pool,
      'vault_opener',
      'SELECT vault.record_check($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [
        check.caseId,
        check.subject,
        actor.organisation,
        actor.person,
        check.purpose,
        check.at,
        check.legalBasis,
        actor.agencyKind,
        actor.unit ?? null,
      ],
      { machine: actor.machine },
    );
  }

  /**
   * Records that somebody is shown one file, before the answer leaves. Views of the same moment go in one statement and
   * one commit, and each is answered after it.
   * @throws ClockOff, VaultUnavailable
   */
  recordView(view: View): Promise<void> {
    return this.#views.keep(view);
  }

  async #keepViews(views: readonly View[], by: LooksBy): Promise<void> {
    await asRole(
      this.#pool,
      'vault_opener',
      `SELECT vault.record_view(q.case_id, q.subject, q.organisation, q.person, q.purpose, q.at, q.legal_basis,
             q.agency_kind, q.unit, q.foot)
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
               $8::text[], $9::text[], $10::text[])
             AS q (case_id, subject, organisation, person, purpose, at, legal_basis, agency_kind, unit, foot)`,
      [views.map(({ caseId }) => caseId), views.map(({ subject }) => subject), ...contextColumns(views)],
      by,
    );
  }

  /**
   * Records that somebody is shown a list, before the answer leaves: one record, which names every file in it. Lists of the
   * same moment go together as views do.
   * @param list of one file at least
   * @throws ClockOff, VaultUnavailable
   */
  recordList(list: Listing): Promise<void> {
    return this.#lists.keep(list);
  }

  async #keepLists(lists: readonly Listing[], by: LooksBy): Promise<void> {
    await asRole(
      this.#pool,
      'vault_opener',
      `SELECT vault.record_list(string_to_array(q.cases, ',')::uuid[], string_to_array(q.subjects, ',')::uuid[],
             q.organisation, q.person, q.purpose, q.at, q.legal_basis, q.agency_kind, q.unit, q.foot, q.shown_as)
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
               $8::text[], $9::text[], $10::text[], $11::text[])
             AS q (cases, subjects, organisation, person, purpose, at, legal_basis, agency_kind, unit, foot, shown_as)`,
      [
        lists.map(({ files }) => files.map(({ caseId }) => caseId).join(',')),
        lists.map(({ files }) => files.map(({ subject }) => subject).join(',')),
        ...contextColumns(lists),
        lists.map(({ as }) => as),
      ],
      by,
    );
  }

  /**
   * How much was waiting when the board's case system first asked in this hour, by the clock: whoever asks again in it is
   * told the same, whatever has come or gone.
   * @param count looks now, and gives what disclosure control shows of it; only asked for the first time in the hour
   * @throws ClockOff, VaultUnavailable
   */
  async noticeOfTheHour(
    organisation: Token,
    askedAs: string,
    at: Instant,
    count: () => Promise<number | null>,
  ): Promise<number | null> {
    const [known] = await asRole<{ waiting: number | null }>(
      this.#pool,
      'vault_opener',
      'SELECT waiting FROM vault.notice_of_the_hour($1, $2, $3)',
      [organisation, askedAs, at],
    );
    if (known) return known.waiting;
    const [row] = await asRole<{ kept: number | null }>(
      this.#pool,
      'vault_opener',
      'SELECT kept FROM vault.keep_notice($1, $2, $3, $4)',
      [organisation, askedAs, at, await count()],
    );
    return row!.kept;
  }

  /**
   * Records an access that was refused before it came to a key.
   * @throws VaultUnavailable
   */
  async recordRefusal(refusal: RefusedAccess): Promise<void> {
    await asRole(
      this.#pool,
      'vault_opener',
      `SELECT vault.record_refusal($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        refusal.at,
        refusal.actor ?? null,
        refusal.organisation ?? null,
        refusal.agencyKind ?? null,
        refusal.unit ?? null,
        refusal.route,
        refusal.reason,
        refusal.asked ?? null,
        refusal.caseId ?? null,
        refusal.subject ?? null,
        refusal.purpose ?? null,
        refusal.legalBasis ?? null,
      ],
      { use: 'RECORDS', machine: refusal.machine },
    );
  }

  /**
   * Lets somebody in for minutes, once: the same pass of the same instant again changes nothing. At a later instant it is
   * entered anew: it is asked for only while the log has no event of it.
   * @returns the number of the record of it
   * @throws ClockOff; VaultUnavailable, also for classes that no pass opens
   */
  async enterPass(pass: Pass): Promise<number> {
    const [row] = await asRole<{ record: string }>(
      this.#pool,
      'vault_opener',
      'SELECT vault.enter_pass($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS record',
      [
        pass.id,
        pass.kind,
        pass.caseId,
        pass.subject,
        pass.classes,
        pass.organisation,
        pass.person,
        pass.purpose,
        pass.legalBasis,
        pass.at,
        pass.minutes,
        pass.agencyKind,
        pass.unit ?? null,
      ],
      { use: 'RESCUE', machine: pass.machine },
    );
    return Number(row?.record);
  }

  /**
   * As `open`, with a pass in the place of a grant. It does not ask how far the grants have come.
   * @throws ClockOff, VaultUnavailable
   */
  async openByPass(
    passId: string,
    places: readonly KeyPlace[],
    { caseId, actor, at }: VaultPurpose & { readonly caseId: string },
  ): Promise<readonly (OpenedKey | undefined)[]> {
    const rows = await asRole<KeyRow>(
      this.#pool,
      'vault_opener',
      `SELECT q.n, o.key_id, o.wrapped_key, o.epoch, o.foot, o.legal_basis
           FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS q (subject, stream, class, owner, n)
           CROSS JOIN LATERAL vault.open_by_pass($5, $6, q.subject, q.stream, q.class, q.owner, $7, $8, $9, $10, $11) AS o`,
      [
        ...columns(places),
        passId,
        caseId,
        actor.organisation,
        actor.person,
        at,
        actor.agencyKind,
        actor.unit ?? null,
      ],
      // Who breaks a glass waits no longer than a rescuer.
      { use: 'RESCUE', machine: actor.machine },
    );
    return inOrder(places, rows);
  }

  /**
   * The key of the note of a broken glass, for a second person or a reviewer; recorded like any opening.
   * @returns undefined where there is no such glass, or the place is not that of its note (recorded as a refusal)
   * @throws ClockOff, VaultUnavailable
   */
  async openGlassNote(
    glassId: string,
    places: readonly KeyPlace[],
    {
      caseId,
      actor,
      at,
      purpose,
      legalBasis,
    }: VaultPurpose & { readonly caseId: string; readonly legalBasis: string },
  ): Promise<readonly (OpenedKey | undefined)[]> {
    const rows = await asRole<KeyRow>(
      this.#pool,
      'vault_opener',
      `SELECT q.n, o.key_id, o.wrapped_key, o.epoch, o.foot, o.legal_basis_used AS legal_basis
           FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS q (subject, stream, class, owner, n)
           CROSS JOIN LATERAL vault.open_glass_note($5, $6, q.subject, q.stream, q.class, q.owner, $7, $8, $9, $10, $11,
             $12, $13) AS o`,
      [
        ...columns(places),
        glassId,
        caseId,
        actor.organisation,
        actor.person,
        purpose,
        legalBasis,
        at,
        actor.agencyKind,
        actor.unit ?? null,
      ],
      { machine: actor.machine },
    );
    return inOrder(places, rows);
  }

  /**
   * Streams of decisions in which an address of a person is sealed; they bear no case in their name.
   * @throws VaultUnavailable
   */
  async decidedPlaces(subject: string): Promise<readonly string[]> {
    const rows = await asRole<{ stream: string }>(
      this.#pool,
      'vault_opener',
      'SELECT d AS stream FROM vault.decided_places($1) AS d',
      [subject],
    );
    return rows.map(({ stream }) => stream);
  }

  /**
   * Who a record of a read, or of a refusal, is about; undefined when there is no such record.
   * @throws VaultUnavailable
   */
  async personOfRecord(kind: 'READS' | 'REFUSALS', record: number): Promise<Token | undefined> {
    const [row] = await asRole<{ person: Token | null }>(
      this.#pool,
      'vault_opener',
      'SELECT vault.person_of_record($1, $2) AS person',
      [kind, record],
    );
    return row?.person ?? undefined;
  }

  /**
   * Who has read about a person in one case, until an instant, oldest first: for the person, through the hands of the
   * case's board. Records of that case within the spans alone; kinds of agencies and functions, no official, no place, no
   * other person and no other case.
   * @throws VaultUnavailable
   */
  async accessReport(
    { caseId, subject, until }: { caseId: string; subject: string; until: Instant },
    spans: readonly ReportSpan[],
  ): Promise<readonly AccessOfOwn[]> {
    return asRole<AccessOfOwn>(
      this.#pool,
      'vault_opener',
      `SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at", action, agency_kind AS "agencyKind",
         unit, class, purpose, legal_basis AS "legalBasis"
       FROM vault.access_report($1, $2, $3, $4, $5, $6, $7)`,
      [
        caseId,
        subject,
        until,
        spans.map(({ organisation }) => organisation),
        spans.map((span) => span.class ?? null),
        spans.map(({ since }) => since),
        spans.map(({ through }) => through ?? null),
      ],
    );
  }

  /**
   * The complete report, for the office that hands it to the person: every function at every agency, in every case. It is
   * recorded as a view by the statement that gives it.
   * @throws ClockOff, VaultUnavailable
   */
  async completeAccessReport(
    { caseId, subject, until }: CaseFile & { readonly until: Instant },
    { actor, purpose, at, legalBasis }: VaultPurpose & { readonly legalBasis: string },
  ): Promise<readonly AccessOfOwn[]> {
    return asRole<AccessOfOwn>(
      this.#pool,
      'vault_opener',
      `SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at", action, agency_kind AS "agencyKind",
         unit, class, purpose, legal_basis AS "legalBasis"
       FROM vault.complete_access_report($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        caseId,
        subject,
        until,
        actor.organisation,
        actor.person,
        purpose,
        at,
        legalBasis,
        actor.agencyKind,
        actor.unit ?? null,
      ],
      { machine: actor.machine },
    );
  }

  /**
   * The subject behind a person's keyed hashes (Tokens.personHashes, newest first, blinded); `newSubject` when the person is
   * new. It does not tell which of the two it was.
   * @throws EpochBehind when the newest hash is of an epoch that is no longer the newest, or the rows are under an epoch of the
   *   class keys that is not among these; VaultUnavailable
   */
  findOrCreateSubject(hashes: readonly Blinded[], newSubject: string): Promise<string> {
    return this.#persons.add({ hashes, newSubject });
  }

  async #subjectsOf(persons: readonly Person[]): Promise<readonly string[]> {
    const rows = await asRole<{ n: string; subject: string }>(
      this.#pool,
      'vault_opener',
      // In one order everywhere, as above.
      `SELECT q.n, vault.find_or_create_subject_of(q.hashes::jsonb, q.proposed) AS subject
           FROM (
             SELECT * FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS u (hashes, proposed, n) ORDER BY hashes
           ) AS q`,
      [
        persons.map(({ hashes }) =>
          JSON.stringify(Object.fromEntries(hashes.map(({ epoch, texts }) => [epoch, texts]))),
        ),
        persons.map(({ newSubject }) => newSubject),
      ],
    );
    const found = new Map(rows.map(({ n, subject }) => [Number(n), subject]));
    return persons.map((_, index) => {
      const subject = found.get(index + 1);
      if (!subject) throw new VaultUnavailable('nothing');
      return subject;
    });
  }
}

/** Which records a report may hold: of an organisation, of one class or of each, from one instant until another. */
export interface ReportSpan {
  readonly organisation: Token;
  readonly class?: DataClass;
  readonly since: Instant;
  readonly through?: Instant;
}

/** An access that was refused, with as much of a read's record as is known then. */
export interface RefusedAccess {
  readonly at: Instant;
  /** Not there when the token was bad. */
  readonly actor?: Token;
  readonly organisation?: Token;
  readonly agencyKind?: AgencyKind;
  /** The function under which somebody asked. */
  readonly unit?: string;
  /** The pattern, never the path that was called. */
  readonly route: string;
  /** Why, in words that are for the record and never for the answer. */
  readonly reason: string;
  /** The id that the path names, be there such a thing or not. */
  readonly asked?: string;
  /** The file behind it, where it is known: never for who was refused, or for that agency's reviewers. */
  readonly caseId?: string;
  readonly subject?: string;
  readonly purpose?: string;
  readonly legalBasis?: string;
  /** The case system that called, by itself or for the actor. */
  readonly machine?: Token;
}

/** A case, an inquiry or a request for documents, and the person whom it is about. */
export interface CaseFile {
  readonly caseId: string;
  readonly subject: string;
}

/** Why somebody is shown something of which nothing sealed is opened. */
interface Looking extends VaultPurpose {
  readonly legalBasis: string;
  /** Of somebody who stands by to fetch the person. */
  readonly rescue: boolean;
}

/** Whose records go together. */
interface LooksBy {
  readonly use: 'RESCUE' | 'RECORDS';
  readonly machine?: Token;
}

/** Records of those who look: what is asked for at the same moment is written together. */
class Looks<Look extends Looking> {
  readonly #many: Together<Look, undefined>;
  // Whoever stands by to fetch somebody waits for nobody else's record.
  readonly #ofRescuers: Together<Look, undefined>;

  constructor(private readonly write: (looks: readonly Look[], by: LooksBy) => Promise<void>) {
    const together = (use: LooksBy['use']) =>
      new Together<Look, undefined>(async (looks) => {
        await write(looks, { use });
        return looks.map(() => undefined);
      });
    this.#many = together('RECORDS');
    this.#ofRescuers = together('RESCUE');
  }

  async keep(look: Look): Promise<void> {
    const { rescue, actor } = look;
    // What comes through a machine bears its name and goes alone.
    if (actor.machine !== undefined)
      await this.write([look], { use: rescue ? 'RESCUE' : 'RECORDS', machine: actor.machine });
    else await (rescue ? this.#ofRescuers : this.#many).add(look);
  }
}

/** Somebody is shown one file. */
export interface View extends Looking, CaseFile {}

/** Somebody is shown these files in one list. */
export interface Listing extends Looking {
  /** INBOX: that something waits in them. */
  readonly as: 'LIST' | 'INBOX';
  readonly files: readonly CaseFile[];
}

/** One opening or view as the person it was about is told of it. */
export interface AccessOfOwn {
  readonly at: Instant;
  /** NAME: a place was named beside the case. VIEW: nothing was opened. LIST, INBOX: nor was it, the first of an official's day. */
  readonly action: 'READ' | 'NAME' | 'VIEW' | 'LIST' | 'INBOX';
  readonly agencyKind: AgencyKind | null;
  /** The function under which somebody acted; null in records from before it was kept. */
  readonly unit: string | null;
  /** Null of a view or a list. */
  readonly class: DataClass | null;
  readonly purpose: string;
  readonly legalBasis: string | null;
}

interface Person {
  readonly hashes: readonly Blinded[];
  readonly newSubject: string;
}

/** On what a write is recorded; without a legal basis the record says OWN, the authority's own file. */
export type WriteContext = VaultPurpose & { readonly caseId?: string; readonly legalBasis?: string };

interface WriteOfKeys {
  readonly proposals: readonly (KeyPlace & { readonly proposed: WrappedKey })[];
  readonly context: WriteContext;
}

/** Organisation, person, purpose, time, legal basis, kind, unit and foot, each as a column. */
const contextColumns = (looks: readonly Looking[]): (string | null)[][] => [
  looks.map(({ actor }) => actor.organisation),
  looks.map(({ actor }) => actor.person),
  looks.map(({ purpose }) => purpose),
  looks.map(({ at }) => at),
  looks.map(({ legalBasis }) => legalBasis),
  looks.map(({ actor }) => actor.agencyKind),
  looks.map(({ actor }) => actor.unit ?? null),
  looks.map(({ rescue }) => (rescue ? 'RESCUE' : null)),
];

const columns = (places: readonly KeyPlace[]): string[][] => [
  places.map(({ subject }) => subject),
  places.map(({ stream }) => stream),
  places.map((place) => place.class),
  places.map(({ owner }) => owner),
];

interface KeyRow {
  readonly n: string;
  readonly key_id: string;
  readonly wrapped_key: Buffer;
  readonly epoch: number;
  readonly foot: OpenedKey['foot'];
  readonly legal_basis: string;
}

/** One per place; undefined where the vault gave no key. */
const inOrder = (
  places: readonly KeyPlace[],
  rows: readonly KeyRow[],
): readonly (OpenedKey | undefined)[] => {
  const found = new Map(rows.map((row) => [Number(row.n), row]));
  return places.map((_, index) => {
    const row = found.get(index + 1);
    return (
      row && {
        kid: row.key_id,
        wrapped: row.wrapped_key,
        epoch: row.epoch,
        foot: row.foot,
        legalBasis: row.legal_basis,
      }
    );
  });
};
