import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from '#platform';

/**
 * What was destroyed by one decision, kept in a file apart from the database: a backup of the database does not know what
 * was destroyed after it, so this is replayed first. Random ids and codes: it names nobody.
 */
export interface Tombstone {
  readonly decisionId: string;
  readonly subject: string;
  readonly ground: 'RETENTION' | 'ASSUMED_IDENTITY';
  readonly classes: readonly string[];
  readonly cases: readonly string[];
  /** Ids of the destroyed data keys. */
  readonly keys: readonly string[];
  /** The highest epoch under which one of them was wrapped; 0 without any. */
  readonly epoch: number;
  readonly at: string;
}

interface Line extends Tombstone {
  /** Hash of the line before: one that was taken out is noticed. */
  readonly before: string;
}

const noLine = '0'.repeat(64);
export const hashOfLine = (line: string): string => createHash('sha256').update(line, 'utf8').digest('hex');

/** The tombstones of a system: a file of lines that only grows. */
export class Tombstones {
  constructor(private readonly path: string) {}

  /**
   * Every tombstone with the hash of its line, in order; empty when there is no file.
   * @throws OperatorError when the file cannot be read, or a line was taken out or changed
   */
  async read(): Promise<readonly (Tombstone & { readonly hash: string })[]> {
    const text = await fs.readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw new OperatorError(
        `The tombstones ${this.path} cannot be read: see that they belong to the user who runs this.`,
        { cause: error },
      );
    });
    let before = noLine;
    // What comes after the last line break was cut off before it was acknowledged.
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const parsed = parse(line);
        if (parsed?.before !== before)
          throw new OperatorError(
            `The tombstones ${this.path} are not whole: put the newest copy of the file back.`,
          );
        before = hashOfLine(line);
        const { decisionId, subject, ground, classes, cases, keys, epoch, at } = parsed;
        // Lines of before 2026-11-26 have no epoch; what the database says then counts (vault.erasures).
        return { decisionId, subject, ground, classes, cases, keys, epoch: epoch ?? 0, at, hash: before };
      });
  }

  /** On disk when it returns; called before anything is destroyed. @returns hash of its line */
  async add(tombstone: Tombstone): Promise<string> {
    const known = await this.read();
    const same = known.find(({ decisionId }) => decisionId === tombstone.decisionId);
    if (same) return same.hash;
    const line: Line = { ...tombstone, before: known.at(-1)?.hash ?? noLine };
    const text = JSON.stringify(line);
    try {
      await fs.mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      const handle = await fs.open(this.path, 'a', 0o644);
      try {
        await this.#cutOffHalfLine();
        await handle.writeFile(`${text}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw new OperatorError(
        `The tombstones ${this.path} cannot be written, and nothing was destroyed: set TOMBSTONE_FILE to a place that can.`,
        { cause: error },
      );
    }
    return hashOfLine(text);
  }

  /** A write that was cut off left something without a line break: the next line must not grow together with it. */
  async #cutOffHalfLine(): Promise<void> {
    const text = await fs.readFile(this.path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) await fs.truncate(this.path, Buffer.byteLength(whole));
  }
}

const parse = (line: string): (Omit<Line, 'epoch'> & { readonly epoch?: number }) | undefined => {
  try {
    const parsed = JSON.parse(line) as Partial<Line>;
    const texts = [parsed.decisionId, parsed.subject, parsed.before].every((one) => typeof one === 'string');
    const lists = [parsed.keys, parsed.classes, parsed.cases].every((one) => Array.isArray(one));
    return texts && lists ? (parsed as Line) : undefined;
  } catch {
    return undefined;
  }
};
