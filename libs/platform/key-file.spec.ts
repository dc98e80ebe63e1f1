import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  addClassKeyEpoch,
  addRoutingKeyEpoch,
  createKeyFile,
  destroyClassKeysBefore,
  readKeyFile,
  type KeyFileOptions,
} from './key-file.js';

const dataClasses = ['identity', 'address'];

describe('the key file', () => {
  let home: string;
  let options: KeyFileOptions;
  beforeEach(async () => {
    home = await fs.mkdtemp(join(tmpdir(), 'key-file-'));
    options = { path: join(home, 'keys', 'keys.json'), databaseFolder: join(home, 'postgres'), dataClasses };
    await fs.mkdir(options.databaseFolder);
  });
  afterEach(() => fs.rm(home, { recursive: true, force: true }));

  const content = async () =>
    JSON.parse(await fs.readFile(options.path, 'utf8')) as {
      classKeys: Record<string, { epoch: number; key: string }[]>;
      routingKeys: { epoch: number; key: string; since?: string }[];
    };
  const change = async (edit: (file: Awaited<ReturnType<typeof content>>) => void): Promise<void> => {
    const file = await content();
    edit(file);
    await fs.writeFile(options.path, JSON.stringify(file));
  };

  it('is made for its owner alone, with a key of 256 bits for each class', async () => {
    expect(await createKeyFile(options)).toBe(true);
    expect((await fs.stat(options.path)).mode & 0o777).toBe(0o600);
    expect((await fs.stat(join(home, 'keys'))).mode & 0o777).toBe(0o700);
    const keys = await readKeyFile(options);
    expect([...keys.classKeys.keys()]).toEqual(dataClasses);
    const all = [...[...keys.classKeys.values()].flat(), ...keys.routingKeys];
    expect(all.map(({ epoch, key }) => [epoch, key.symmetricKeySize])).toEqual([
      [1, 32],
      [1, 32],
      [1, 32],
    ]);
    expect(new Set(all.map(({ key }) => key.export().toString('hex'))).size).toBe(3);
  });

  it('of an earlier version is read, and the key that made fingerprints goes when it is written next', async () => {
    await createKeyFile(options);
    const { key } = (await content()).routingKeys[0]!;
    await change((file) => Object.assign(file, { fingerprintKey: key }));
    expect(await readKeyFile(options)).not.toHaveProperty('fingerprintKey');
    await addClassKeyEpoch(options, 2);
    expect(await content()).not.toHaveProperty('fingerprintKey');
  });

  it('leaves nothing half-written beside it', async () => {
    await createKeyFile(options);
    expect(await fs.readdir(join(home, 'keys'))).toEqual(['keys.json']);
  });

  it('is never replaced', async () => {
    const made = await Promise.all([createKeyFile(options), createKeyFile(options), createKeyFile(options)]);
    expect(made.filter(Boolean)).toHaveLength(1);
    const before = await fs.readFile(options.path, 'utf8');
    expect(await createKeyFile(options)).toBe(false);
    expect(await fs.readFile(options.path, 'utf8')).toBe(before);
  });

  it('does not show a key when it is printed by accident', async () => {
    await createKeyFile(options);
    const keys = await readKeyFile(options);
    const secret = (await content()).routingKeys[0]!.key;
    const hex = Buffer.from(secret, 'base64').toString('hex');
    const shown = inspect(keys, { depth: 9 }) + JSON.stringify(keys);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(hex.slice(0, 8));
  });

  it.each([0o640, 0o604, 0o660, 0o620])('is refused when others may use it (mode %o)', async (mode) => {
    await createKeyFile(options);
    await fs.chmod(options.path, mode);
    await expect(readKeyFile(options)).rejects.toThrow(`run "chmod 600 ${options.path}"`);
  });

  it('is refused in the folder of the database, also when a link leads there', async () => {
    const inside = { ...options, path: join(options.databaseFolder, 'keys.json') };
    await expect(createKeyFile(inside)).rejects.toThrow('must not lie in the folder of the database');
    expect(await fs.readdir(options.databaseFolder)).toEqual([]);

    await fs.symlink(options.databaseFolder, join(home, 'elsewhere'));
    const linked = { ...options, path: join(home, 'elsewhere', 'keys.json') };
    await expect(createKeyFile(linked)).rejects.toThrow('must not lie in the folder of the database');

    await createKeyFile(options);
    await fs.rename(options.path, inside.path);
    await fs.symlink(inside.path, options.path);
    await expect(readKeyFile(options)).rejects.toThrow('must not lie in the folder of the database');
  });

  it('is missed by name when it is not there', async () => {
    await expect(readKeyFile(options)).rejects.toThrow(`The key file ${options.path} is missing`);
  });

  it('is refused when it is cut short, and what is in it is not repeated', async () => {
    await createKeyFile(options);
    const text = await fs.readFile(options.path, 'utf8');
    await fs.writeFile(options.path, text.slice(0, -20));
    const error: unknown = await readKeyFile(options).catch((reason: unknown) => reason);
    expect((error as Error).message).toBe(
      `The file ${options.path} is not a whole key file: put it back from a copy.`,
    );
  });

  it.each([
    ['a short key', (file: { routingKeys: { key: string }[] }) => (file.routingKeys[0]!.key = 'c2hvcnQ=')],
    ['no routing key', (file: { routingKeys: unknown[] }) => (file.routingKeys.length = 0)],
    ['an epoch twice', (file: { routingKeys: unknown[] }) => file.routingKeys.push(file.routingKeys[0])],
  ])('is refused with %s', async (_, edit) => {
    await createKeyFile(options);
    await change((file) => void edit(file as never));
    await expect(readKeyFile(options)).rejects.toThrow('is not a whole key file');
  });

  it('is refused when a class has no key', async () => {
    await createKeyFile(options);
    await change((file) => delete file.classKeys['address']);
    await expect(readKeyFile(options)).rejects.toThrow('has no key for address');
  });

  it('gets a new epoch for every class, in its place and for its owner alone', async () => {
    await createKeyFile(options);
    const before = await content();
    await addClassKeyEpoch(options, 4);
    const { classKeys, routingKeys } = await content();
    for (const name of dataClasses) {
      expect(classKeys[name]![0]).toEqual(before.classKeys[name]![0]);
      expect(classKeys[name]!.map(({ epoch }) => epoch)).toEqual([1, 4]);
    }
    expect(routingKeys).toEqual(before.routingKeys);
    expect((await fs.stat(options.path)).mode & 0o777).toBe(0o600);
    expect(await fs.readdir(join(home, 'keys'))).toEqual(['keys.json']);
    expect(await addRoutingKeyEpoch(options)).toBe(2);
    expect((await readKeyFile(options)).routingKeys.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('knows since when each epoch of the routing key is there, but of those from before it was written down', async () => {
    const began = new Date().toISOString();
    await createKeyFile(options);
    expect((await readKeyFile(options)).routingKeys[0]!.since! >= began).toBe(true);
    await change((file) => delete file.routingKeys[0]!.since);
    await addRoutingKeyEpoch(options);
    const [first, second] = (await readKeyFile(options)).routingKeys;
    expect(first!.since).toBeUndefined();
    expect(second!.since! >= began).toBe(true);
  });

  it('has its old epochs destroyed, also for who has the file open', async () => {
    await createKeyFile(options);
    await addClassKeyEpoch(options, 2);
    const destroyed = (await content()).classKeys['identity']![0]!.key;
    const open = await fs.open(options.path, 'r');
    const inode = join(home, 'another-name');
    await fs.link(options.path, inode);
    const unused = new Error('a key that stays is wrapped under it');
    await expect(destroyClassKeysBefore(options, 2, () => Promise.reject(unused))).rejects.toThrow(unused);
    expect((await content()).classKeys['identity']![0]!.key).toBe(destroyed);
    await destroyClassKeysBefore(options, 2, async () => undefined);
    expect([...(await readKeyFile(options)).classKeys.values()].flat().map(({ epoch }) => epoch)).toEqual([
      2, 2,
    ]);
    for (const text of [await open.readFile('latin1'), await fs.readFile(inode, 'latin1')])
      expect(text).not.toContain(destroyed);
    await open.close();
  });

  it('does not lose its last key', async () => {
    await createKeyFile(options);
    const before = await fs.readFile(options.path, 'utf8');
    await expect(destroyClassKeysBefore(options, 2, async () => undefined)).rejects.toThrow(
      'was left as it was',
    );
    await expect(addClassKeyEpoch(options, 1)).rejects.toThrow('was left as it was');
    expect(await fs.readFile(options.path, 'utf8')).toBe(before);
  });
});
