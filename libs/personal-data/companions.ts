import type { Pool } from 'pg';
import type { Token } from '#kernel';
import { Together } from '#platform';
import type { Blinds } from './blinds.js';
import { asRole, type CaseFile } from './vault.js';

/**
 * Who goes along with the person of a case, and who was asked about: so that somebody who asks about a child or a partner is
 * noticed as one who asks about the person. Of a number it holds what the index of persons holds, of a kind of its own.
 */
export class Companions {
  readonly #pool: Pool;
  readonly #blinds: Blinds;
  readonly #looks = new Together<string, readonly CaseFile[]>((subjects) => this.#lookFor(subjects));

  /** @param blinds with the class keys: what the rows hold in the place of tokens dies with their epoch */
  constructor(pool: Pool, blinds: Blinds) {
    this.#pool = pool;
    this.#blinds = blinds;
  }

  /**
   * These go along with the person of this case. A repeat changes nothing.
   * @param companions tokens of the kind `companion`
   * @throws EpochBehind when the rows are under an epoch of the class keys that is not to be had; VaultUnavailable
   */
  async goAlong(file: CaseFile, companions: readonly Token[]): Promise<void> {
    if (companions.length > 0) await this.#keep(file, companions, false);
  }

  /** This inquiry is about somebody who has this token, be it one who goes along or not. @throws as goAlong */
  async asked(inquiry: CaseFile, companion: Token): Promise<void> {
    await this.#keep(inquiry, [companion], true);
  }

  /**
   * The cases, open or not, in which somebody goes along who was asked about; none for everybody else.
   * @throws VaultUnavailable
   */
  withWhom(subject: string): Promise<readonly CaseFile[]> {
    return this.#looks.add(subject);
  }

  async #keep({ subject, caseId }: CaseFile, tokens: readonly Token[], asked: boolean): Promise<void> {
    await this.#blinds.withNewest((of) =>
      asRole(this.#pool, 'vault_opener', 'SELECT vault.keep_companions($1::jsonb, $2, $3, $4)', [
        JSON.stringify(Object.fromEntries(of(tokens).map(({ epoch, texts }) => [epoch, texts]))),
        subject,
        caseId,
        asked,
      ]),
    );
  }

  async #lookFor(subjects: readonly string[]): Promise<readonly (readonly CaseFile[])[]> {
    const rows = await asRole<{ n: string; along: string; file: string }>(
      this.#pool,
      'vault_opener',
      `SELECT q.n, f.along, f.file FROM unnest($1::uuid[]) WITH ORDINALITY AS q (subject, n),
         vault.goes_along_with(q.subject) AS f ORDER BY q.n, f.along, f.file`,
      [subjects],
    );
    return subjects.map((_, index) =>
      rows.flatMap(({ n, along, file }) =>
        Number(n) === index + 1 ? [{ subject: along, caseId: file }] : [],
      ),
    );
  }
}
