import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { verdicts, type Token, type Verdict } from '#kernel';
import { Together } from '#platform';
import type { Blinds } from './blinds.js';
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

/** The epoch that the rows are under, which stays until the end of the statement; RV005 where the caller has none of it. */
const held = (epochs: string): string =>
  `WITH held AS MATERIALIZED (SELECT vault.hold_blinds(${epochs}::int[]) AS epoch)`;

/** Police's registrar: writes rows, and takes none away. A repeat changes nothing. */
export class ConflictRegister {
  readonly #pool: Pool;
  readonly #blinds: Blinds;
  readonly #added = new Together<readonly EntryOf[], undefined>((requests) => this.#add(requests));

  /** @param blinds with the class keys: what the rows hold in the place of tokens dies with their epoch */
  constructor(pool: Pool, blinds: Blinds) {
    this.#pool = pool;
    this.#blinds = blinds;
  }

  /**
   * @param subject undefined: the entry holds for everybody
   * @throws EpochBehind when the rows are under an epoch of the class keys that is not to be had; VaultUnavailable
   */
  addEntries(subject: string | undefined, entries: readonly ConflictEntry[]): Promise<void> {
    return this.#added.add(entries.map((entry) => ({ ...entry, subject })));
  }

  async #add(requests: readonly (readonly EntryOf[])[]): Promise<readonly undefined[]> {
    const entries = requests.flat();
    if (entries.length === 0) return requests.map(() => undefined);
    await this.#blinds.withNewest((of) => {
      const rows = of(entries.map(({ token }) => token)).flatMap(({ epoch, texts }) =>
        entries.map((entry, index) => ({ ...entry, token: texts[index], epoch })),
      );
      return asRole(
        this.#pool,
        'police_registrar',
        // In one order everywhere, so that two writers of the same rows wait for each other and do not lock up.
        `${held('$5')}
         INSERT INTO police_register.entries (id, subject, kind, token)
           SELECT e.id, e.subject, e.kind, e.token
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[]) AS e (id, subject, kind, token, epoch)
           JOIN held USING (epoch)
           ORDER BY e.subject, e.kind, e.token
           ON CONFLICT DO NOTHING`,
        [
          rows.map(() => randomUUID()),
          rows.map(({ subject }) => subject ?? null),
          rows.map(({ kind }) => kind),
          rows.map(({ token }) => token),
          rows.map(({ epoch }) => epoch),
        ],
      );
    });
    return requests.map(() => undefined);
  }

  /** @throws as addEntries */
  async addPresence(presence: AdversaryPresence): Promise<void> {
    await this.#blinds.withNewest((of) => {
      const blinded = of([presence.conflict]);
      return asRole(
        this.#pool,
        'police_registrar',
        `${held('$5')}
         INSERT INTO police_register.presence (id, conflict, area, municipality, housing)
           SELECT gen_random_uuid(), p.conflict, $1, $2, $3
           FROM unnest($4::text[], $5::int[]) AS p (conflict, epoch) JOIN held USING (epoch)
           ON CONFLICT DO NOTHING`,
        [...placeOf(presence), blinded.flatMap(({ texts }) => texts), blinded.map(({ epoch }) => epoch)],
      );
    });
  }
}

const placeOf = ({ area, municipality, housing }: AdversaryPresence): (string | null)[] => [
  area,
  municipality ?? null,
  housing ?? null,
];
