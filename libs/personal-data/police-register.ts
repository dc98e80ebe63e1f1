import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { verdicts, type Token, type Verdict } from '#kernel';
import { Together } from '#platform';
import { asRole, VaultUnavailable } from './vault.js';

export const conflictKinds = [
  'NETWORK',
  'ADVERSARY_NETWORK',
  'ADVERSARY_PERSON',
  'SELF_PERSON',
  'KIN',
] as const;
export type ConflictKind = (typeof conflictKinds)[number];

/** A keyed token of a network or a person (kind `conflict`) and what it is to the subject. */
export interface ConflictEntry {
  readonly kind: ConflictKind;
  readonly token: Token;
}

interface EntryOf extends ConflictEntry {
  readonly subject: string | undefined;
}

/** Where an adversary is known to be: always an area, as narrow as Police know. */
export interface AdversaryPresence {
  readonly conflict: Token;
  readonly area: Token;
  readonly municipality?: Token;
  readonly housing?: Token;
}

/** Somebody who is reserved or placed in or near the area that is asked about. Without an area: in that one. */
export interface Resident {
  readonly subject: string;
  readonly municipality?: Token;
  readonly housing?: Token;
  readonly area?: Token;
}

/** Police's conflict register as the coordinator's check may use it: a question in tokens, one of two words back. */
export class ConflictCheck {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Runs the three rings: same housing, same municipality, same police area. The answer does not say which one.
   * @throws VaultUnavailable when the register cannot answer: unsure is never CLEAR
   */
  async verdict(question: {
    readonly subject: string;
    readonly residents: readonly Resident[];
    readonly area: Token;
    readonly municipality?: Token;
    readonly housing?: Token;
  }): Promise<Verdict> {
    const rows = await asRole<{ verdict: string }>(
      this.#pool,
      'police_verdict',
      `SELECT police_register.verdict($1, $2::jsonb, $3, $4, $5) AS verdict`,
      [
        question.subject,
        JSON.stringify(question.residents),
        question.municipality ?? null,
        question.housing ?? null,
        question.area,
      ],
    );
    const verdict = verdicts.find((known) => known === rows[0]?.verdict);
    if (!verdict) throw new VaultUnavailable('nothing');
    return verdict;
  }
}

/** Police's registrar: writes and deletes rows. A repeat changes nothing. */
export class ConflictRegister {
  readonly #pool: Pool;
  readonly #added = new Together<readonly EntryOf[], undefined>((requests) => this.#add(requests));

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @param subject undefined: the entry holds for everybody @throws VaultUnavailable */
  addEntries(subject: string | undefined, entries: readonly ConflictEntry[]): Promise<void> {
    return this.#added.add(entries.map((entry) => ({ ...entry, subject })));
  }

  async #add(requests: readonly (readonly EntryOf[])[]): Promise<readonly undefined[]> {
    const entries = requests.flat();
    await asRole(
      this.#pool,
      'police_registrar',
      // In one order everywhere, so that two writers of the same rows wait for each other and do not lock up.
      `INSERT INTO police_register.entries (id, subject, kind, token)
           SELECT e.id, e.subject, e.kind, e.token
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS e (id, subject, kind, token)
           ORDER BY e.subject, e.kind, e.token
           ON CONFLICT DO NOTHING`,
      [
        entries.map(() => randomUUID()),
        entries.map(({ subject }) => subject ?? null),
        entries.map(({ kind }) => kind),
        entries.map(({ token }) => token),
      ],
    );
    return requests.map(() => undefined);
  }

  /** @throws VaultUnavailable */
  async removeEntries(subject: string | undefined, entries: readonly ConflictEntry[]): Promise<void> {
    await asRole(
      this.#pool,
      'police_registrar',
      `DELETE FROM police_register.entries r
           USING unnest($2::text[], $3::text[]) AS e (kind, token)
           WHERE r.subject IS NOT DISTINCT FROM $1::uuid AND r.kind = e.kind AND r.token = e.token`,
      [subject ?? null, entries.map(({ kind }) => kind), entries.map(({ token }) => token)],
    );
  }

  /** All that is registered of one person. @throws VaultUnavailable */
  async forget(subject: string): Promise<void> {
    await asRole(this.#pool, 'police_registrar', `DELETE FROM police_register.entries WHERE subject = $1`, [
      subject,
    ]);
  }

  /** @throws VaultUnavailable */
  async addPresence(presence: AdversaryPresence): Promise<void> {
    await asRole(
      this.#pool,
      'police_registrar',
      `INSERT INTO police_register.presence (id, conflict, area, municipality, housing)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [randomUUID(), ...placeOf(presence)],
    );
  }

  /** @throws VaultUnavailable */
  async removePresence(presence: AdversaryPresence): Promise<void> {
    await asRole(
      this.#pool,
      'police_registrar',
      `DELETE FROM police_register.presence
           WHERE conflict = $1 AND area = $2 AND municipality IS NOT DISTINCT FROM $3 AND housing IS NOT DISTINCT FROM $4`,
      placeOf(presence),
    );
  }
}

const placeOf = ({ conflict, area, municipality, housing }: AdversaryPresence): (string | null)[] => [
  conflict,
  area,
  municipality ?? null,
  housing ?? null,
];
