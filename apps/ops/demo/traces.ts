import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

// Looks for texts in files, in the forms in which a leak would lie there: UTF-8, UTF-16, hex, and base64 at each of its
// three offsets. It searches bytes, so it does not matter what kind of file it is.

/** A form shorter than this would be found by chance in so many bytes of ciphertext. */
const shortestForm = 7;

/**
 * A short code in clear is looked for with what must stand around it where it is a value of its own: quotes in JSON,
 * a tab or a comma in a list, the length byte of a short value in a row of PostgreSQL (1 + 2 * its whole length).
 */
const around = (text: string): readonly Buffer[] => {
  const bytes = Buffer.from(text, 'utf8');
  return [
    Buffer.from(`"${text}"`),
    Buffer.from(`:${text}"`),
    Buffer.from(`"${text}:`),
    Buffer.from(`\t${text}\t`),
    Buffer.from(`{${text},`),
    Buffer.from(`,${text},`),
    Buffer.from(`,${text}}`),
    Buffer.from(`{${text}}`),
    Buffer.concat([Buffer.from([2 * (bytes.length + 1) + 1]), bytes]),
  ];
};

/** base64 text that any base64 of longer data must contain when `bytes` begin at `offset` of a group of three. */
const base64At = (bytes: Buffer, offset: number): string => {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const text = padded.toString('base64').replace(/=+$/, '');
  // Characters at both ends are made of neighbours, too, and cannot be known.
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  return text.slice(from, to);
};

/** Every form of a text that means something when it is found. */
export const formsOf = (text: string): readonly Buffer[] => {
  if (Buffer.byteLength(text) < shortestForm) return around(text);
  const forms = new Set<string>();
  const add = (form: Buffer): void =>
    void (form.length >= shortestForm && forms.add(form.toString('latin1')));
  for (const bytes of [
    Buffer.from(text, 'utf8'),
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
  ]) {
    add(bytes);
    add(Buffer.from(bytes.toString('hex')));
    add(Buffer.from(bytes.toString('hex').toUpperCase()));
    for (const offset of [0, 1, 2]) {
      const base64 = base64At(bytes, offset);
      add(Buffer.from(base64));
      add(Buffer.from(base64.replaceAll('+', '-').replaceAll('/', '_')));
    }
  }
  return [...forms].map((form) => Buffer.from(form, 'latin1'));
};

interface Form {
  readonly bytes: Buffer;
  /** Which of the texts, by its place in the list. */
  readonly text: number;
}

const slotBits = 16;

const { imul } = Math;
/** Of four bytes, as a number. Every form is longer. */
const slotOf = (four: number): number => imul(four, 0x9e3779b1) >>> (32 - slotBits);

const standsAt = (form: Buffer, bytes: Buffer, at: number): boolean => {
  if (at < 0 || at + form.length > bytes.length) return false;
  for (let index = 0; index < form.length; index += 1) if (form[index] !== bytes[at + index]) return false;
  return true;
};

/** Hundreds of forms, found in one pass over the bytes: only where four bytes look like the beginning of one is it compared. */
class Forms {
  /** Of the longest form. */
  readonly longest: number;
  readonly #slots: Form[][] = Array.from({ length: 2 ** slotBits }, () => []);
  readonly #taken = new Uint8Array(2 ** slotBits);

  constructor(texts: readonly string[], formsOfText: (text: string) => readonly Buffer[]) {
    const forms = texts.flatMap((of, text) => formsOfText(of).map((bytes): Form => ({ bytes, text })));
    this.longest = Math.max(0, ...forms.map(({ bytes }) => bytes.length));
    for (const form of forms) {
      if (form.bytes.length < 4) throw new RangeError('a form of less than four bytes is found by chance');
      const slot = slotOf(form.bytes.readInt32LE(0));
      this.#taken[slot] = 1;
      this.#slots[slot]!.push(form);
    }
  }

  /** Adds to `found` the texts that stand in `bytes`. */
  findIn(bytes: Buffer, found: Set<number>): void {
    let four = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      four = (four >>> 8) | (bytes[end]! << 24);
      const slot = slotOf(four);
      if (this.#taken[slot] === 0) continue;
      for (const { bytes: form, text } of this.#slots[slot]!)
        if (!found.has(text) && standsAt(form, bytes, end - 3)) found.add(text);
    }
  }
}

export interface Found {
  /** Which of the texts, by its place in the list: the text itself is not repeated. */
  readonly text: number;
  readonly file: string;
}

/** Every file below a folder. */
export const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/**
 * Searches every file below a folder.
 * @param leaveOut folders, absolute, that are not searched
 * @param formsOfText in which a text is looked for
 * @returns each text at most once per file, and how many bytes were read
 */
export const searchFolder = async (
  folder: string,
  texts: readonly string[],
  leaveOut: readonly string[] = [],
  formsOfText: (text: string) => readonly Buffer[] = formsOf,
): Promise<{ readonly found: readonly Found[]; readonly bytes: number }> => {
  const forms = new Forms(texts, formsOfText);
  const found: Found[] = [];
  let bytes = 0;
  for (const file of await filesBelow(folder)) {
    if (leaveOut.some((left) => !relative(left, file).startsWith('..'))) continue;
    const here = new Set<number>();
    let rest = Buffer.alloc(0);
    await pipeline(createReadStream(file, { highWaterMark: 4 * 1024 * 1024 }), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        // What straddles two chunks must be seen whole in one of them.
        const window = Buffer.concat([rest, chunk]);
        forms.findIn(window, here);
        rest = window.subarray(Math.max(0, window.length - forms.longest));
      }
    });
    for (const text of here) found.push({ text, file: relative(folder, file) });
  }
  return { found, bytes };
};

/** Searches a text that is in memory. @returns which of the texts stand in it, by their places in the list, rising */
export const searchText = (haystack: string, texts: readonly string[]): readonly number[] => {
  const found = new Set<number>();
  new Forms(texts, formsOf).findIn(Buffer.from(haystack, 'utf8'), found);
  return [...found].sort((one, other) => one - other);
};
