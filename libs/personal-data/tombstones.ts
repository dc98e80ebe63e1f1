import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from '#platform';

/**
 * What is destroyed by one decision, kept in a file apart from the database: a backup of the database does not know what
 * was destroyed after it, so this is replayed first. Random ids and codes: it names nobody.
 */
export interface Tombstone {
  readonly decisionId: string;
  readonly subject: string;
  readonly ground: 'RETENTION' | 'ASSUMED_IDENTITY';
  /** Everything of the person, one inquiry about the person, or one request for documents. */
  readonly extent: 'PERSON' | 'INQUIRY' | 'REQUEST';
  readonly classes: readonly string[];
  readonly cases: readonly string[];
  /** In which streams; lines of before 2026-11-26 do not say, and mean all of the person. */
  readonly streams: readonly string[] | undefined;
  /** Ids of the destroyed data keys. */
  readonly keys: readonly string[];
  /** The highest epoch under which one of them was wrapped; 0 without any. */
  readonly epoch: number;
  readonly at: string;
}

/** As it stands in the file. */
export interface KeptTombstone extends Tombstone {
  readonly hash: string;
  /** The destruction was committed. What was only intended is not replayed. */
  readonly done: boolean;
}

/** INTENDED is written before anything is destroyed, DONE when it is committed; without a state it was both. */
interface Line extends Partial<Tombstone> {
  readonly decisionId: string;
  readonly state?: 'INTENDED' | 'DONE';
  /** Of DONE: the line that was carried out. */
  readonly of?: string;
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
  async read(): Promise<readonly KeptTombstone[]> {
    return (await this.#lines()).reduce<KeptTombstone[]>((kept, { line, hash }) => {
      if (line.state === 'DONE')
        return kept.map((one) => (one.hash === line.of ? { ...one, done: true } : one));
      const { decisionId, subject, ground, extent, classes, cases, streams, keys, epoch, at } = line as Line &
        Tombstone;
      const done = line.state === undefined;
      // Lines of before 2026-11-26 have no epoch; what the database says then counts (vault.erasures).
      const known = { decisionId, subject, ground, classes, cases, streams, keys, epoch: epoch ?? 0, at };
      return [...kept, { ...known, extent: extent ?? 'PERSON', hash, done }];
    }, []);
  }

  /** On disk when it returns; called before anything is destroyed. @returns hash of its line */
  async intend(tombstone: Tombstone): Promise<string> {
    return this.#add({ ...tombstone, state: 'INTENDED' });
  }

  /** What was intended is committed: from now on it is destroyed again in every database that does not know of it. */
  async done(decisionId: string, of: string): Promise<void> {
    const known = (await this.read()).find(({ hash }) => hash === of);
    if (!known?.done) await this.#add({ decisionId, state: 'DONE', of });
  }

  async #lines(): Promise<readonly { readonly line: Line; readonly hash: string }[]> {
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
      .map((written) => {
        const line = parse(written);
        if (line?.before !== before)
          throw new OperatorError(
            `The tombstones ${this.path} are not whole: put the newest copy of the file back.`,
          );
        before = hashOfLine(written);
        return { line, hash: before };
      });
  }

  async #add(content: Omit<Line, 'before'>): Promise<string> {
    const line: Line = { ...content, before: (await this.#lines()).at(-1)?.hash ?? noLine };
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

const parse = (written: string): Line | undefined => {
  try {
    const line = JSON.parse(written) as Partial<Line>;
    if (typeof line.decisionId !== 'string' || typeof line.before !== 'string') return undefined;
    if (line.state === 'DONE') return typeof line.of === 'string' ? (line as Line) : undefined;
    const lists = [line.keys, line.classes, line.cases].every((one) => Array.isArray(one));
    return typeof line.subject === 'string' && lists ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
};
