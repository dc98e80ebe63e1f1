import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { leafHash } from './merkle-tree.js';
import { noteKeyOf, NoteRefused, openNote, parseNoteKey } from './note.js';
import type { NotarySigner } from './notary-key.js';
import { openCheckpoint, signCheckpoint } from './signed-checkpoint.js';

const signerCalled = (name: string): NotarySigner => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { key: noteKeyOf(name, publicKey), secret: privateKey };
};

describe('a signed checkpoint', () => {
  const signer = signerCalled('relocation-log/0001');
  const head = { size: 4711, root: leafHash('root') };
  const note = signCheckpoint(head, signer);

  it('says origin, size and root, a line each, and who signed it', () => {
    const [origin, size, root, empty, signature, end] = note.split('\n');
    expect([origin, size, root, empty, end]).toEqual([
      'relocation-log/0001',
      '4711',
      head.root.toString('base64'),
      '',
      '',
    ]);
    expect(signature).toMatch(/^\u2014 relocation-log\/0001 [A-Za-z0-9+/]{90,}={0,2}$/);
  });

  it('is read with the public key as it is handed out', () => {
    const key = parseNoteKey(signer.key.text);
    expect(openCheckpoint(note, [signerCalled('another').key, key])).toEqual({ ...head, by: key });
  });

  it('is refused when a single character is another, or the key is', () => {
    const key = signer.key;
    const refused = [
      note.replace('4711', '4712'),
      note.replace('relocation-log/0001\n4711', 'relocation-log/0002\n4711'),
      note.replace(head.root.toString('base64'), leafHash('other').toString('base64')),
      note.slice(0, note.indexOf('\n\n') + 2),
      '',
    ];
    for (const text of refused) expect(() => openCheckpoint(text, [key])).toThrow(NoteRefused);
    for (const other of [signerCalled(key.name).key, signerCalled('another').key])
      expect(() => openCheckpoint(note, [other])).toThrow(NoteRefused);
  });

  it('is refused when the key signed it for another log, or something else', () => {
    const elsewhere = { ...signer, key: noteKeyOf('relocation-log/0002', signer.key.key) };
    expect(() => openCheckpoint(signCheckpoint(head, elsewhere), [signer.key])).toThrow(NoteRefused);
    expect(() => openCheckpoint(signCheckpoint({ ...head, size: -1 }, signer), [signer.key])).toThrow(
      NoteRefused,
    );
  });
});

describe('a note of the format', () => {
  it('made elsewhere is read: the example of the Go package that the format comes from', () => {
    const key = parseNoteKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    const note =
      'If you think cryptography is the answer to your problem,\n' +
      "then you don't know what your problem is.\n\n" +
      '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    expect(openNote(note, [key]).by.name).toBe('PeterNeumann');
    expect(() => openNote(note.replace('answer', 'anger'), [key])).toThrow(NoteRefused);
  });

  it('has public keys whose id belongs to name and key', () => {
    const { text } = signerCalled('name').key;
    expect(parseNoteKey(`${text}\n`).text).toBe(text);
    for (const wrong of [text.replace('name', 'mane'), text.slice(0, -8), 'name', ''])
      expect(() => parseNoteKey(wrong)).toThrow(NoteRefused);
    expect(() => noteKeyOf('two words', signerCalled('name').key.key)).toThrow(NoteRefused);
  });
});
