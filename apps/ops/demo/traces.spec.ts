import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTraced } from './spans.js';
import { formsOf, searchFolder, searchText } from './traces.js';

const name = 'Åke Påhittad';
const around = (bytes: Buffer, before = 0): Buffer =>
  Buffer.concat([Buffer.alloc(before, 'x'), bytes, Buffer.from(' and so on')]);
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** The size of the pieces in which files are read. */
const chunk = 4 * 1024 * 1024;

describe('The search for traces', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'traces-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const finds = async (bytes: Buffer, texts: readonly string[] = [name]) => {
    await writeFile(join(folder, 'file'), bytes);
    return (await searchFolder(folder, texts)).found;
  };

  it.each<[string, (text: string) => Buffer]>([
    ['UTF-8', (text) => Buffer.from(text)],
    ['UTF-16, low byte first', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16, high byte first', utf16be],
    ['hex', (text) => Buffer.from(Buffer.from(text).toString('hex'))],
    ['hex in capitals', (text) => Buffer.from(Buffer.from(text).toString('hex').toUpperCase())],
    ['hex of UTF-16', (text) => Buffer.from(Buffer.from(text, 'utf16le').toString('hex'))],
    ['base64 of UTF-16', (text) => Buffer.from(Buffer.from(text, 'utf16le').toString('base64'))],
  ])('finds a name in %s', async (_form, write) => {
    expect(await finds(around(write(name), 5))).toEqual([{ text: 0, file: 'file' }]);
  });

  it.each([0, 1, 2, 3, 4, 5])('finds a name in base64 that begins %i bytes before it', async (before) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = around(Buffer.from(name), before).toString(encoding);
      expect(await finds(Buffer.from(`{"value":"${encoded}"}`))).toEqual([{ text: 0, file: 'file' }]);
    }
  });

  it('finds a name that straddles two of the pieces in which a file is read, wherever it is cut', async () => {
    const bytes = Buffer.from(name);
    for (const cut of [1, Math.floor(bytes.length / 2), bytes.length - 1])
      expect(await finds(around(bytes, chunk - cut))).toHaveLength(1);
  });

  it('does not find what is not there, nor a part of it', async () => {
    expect(await finds(around(Buffer.from('Åke Påhitta'), chunk - 4))).toEqual([]);
    expect(await finds(randomBytes(1_000_000))).toEqual([]);
    expect(await finds(Buffer.alloc(0))).toEqual([]);
  });

  it('names file and text, each once, and leaves out what it is told to', async () => {
    await mkdir(join(folder, 'keys'));
    await mkdir(join(folder, 'keys-of-others'));
    await writeFile(join(folder, 'keys', 'here'), name);
    await writeFile(join(folder, 'keys-of-others', 'here'), `${name} ${name}`);
    const { found, bytes } = await searchFolder(folder, ['Nobody at all', name], [join(folder, 'keys')]);
    expect(found).toEqual([{ text: 1, file: join('keys-of-others', 'here') }]);
    expect(bytes).toBe(Buffer.byteLength(`${name} ${name}`));
  });

  it('searches a text in memory in the same forms', () => {
    const hex = Buffer.from(name).toString('hex');
    expect(searchText(`row ${hex}`, ['Nobody at all', name])).toEqual([1]);
    expect(searchText('row', [name])).toEqual([]);
  });

  it.each([
    ['JSON', '{"code":"2284"}'],
    ['an id', '{"board":"board:2284"}'],
    ['the text of a row', '(7,"{1280,2284,0580}")'],
    ['a copy of a table', 'x\t2284\ty'],
    // A row of PostgreSQL: the length of the value stands before it.
    ['a row on disk', '\u00002284\u0000'.replace('\u00002', '\u000b2')],
  ])('finds a short code that is a value of its own: %s', async (_where, text) => {
    expect(await finds(Buffer.from(text), ['2284'])).toHaveLength(1);
  });

  it('does not take a short code for found inside of a longer number', async () => {
    expect(await finds(Buffer.from('{"position":"e1-0000000022841"} 2026-22:84 22842284'), ['2284'])).toEqual(
      [],
    );
  });

  it('has no form that is so short that chance would find it', () => {
    for (const form of formsOf('Umeå kommun')) expect(form.length).toBeGreaterThanOrEqual(7);
    expect(formsOf('2284').every((form) => form.length > 4)).toBe(true);
  });
});

describe('What is traced', () => {
  it('leaves no folder behind when what was to be traced does not start, in the demo and in the drill', async () => {
    const component = randomUUID();
    const folders = async () => (await readdir(tmpdir())).filter((name) => name.includes(component));
    const { spans } = await startTraced(component, () => Promise.resolve());
    expect(await folders()).toHaveLength(1);
    await spans.remove();
    const fails = startTraced(component, () => Promise.reject(new RangeError('does not start')));
    await expect(fails).rejects.toThrow(RangeError);
    expect(await folders()).toEqual([]);
  });
});
