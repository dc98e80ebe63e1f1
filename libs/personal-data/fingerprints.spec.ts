import { describe, expect, it } from '@jest/globals';
import { confidential } from '#kernel';
import { Fingerprints } from './fingerprints.js';
import { ClassKeys, type KeyMaterial } from './keys.js';
import { randomKeyMaterial } from './testing/key-material.js';

const under = (material: KeyMaterial) => new Fingerprints(new ClassKeys(material));
const newestOnly = ({ classKeys, routingKeys }: KeyMaterial): KeyMaterial => ({
  classKeys: new Map([...classKeys].map(([name, list]) => [name, list.slice(-1)])),
  routingKeys,
});

describe('the fingerprint of a command', () => {
  const fixed = under(randomKeyMaterial());

  it('does not depend on the order of fields, and changes with any value, confidential ones too', () => {
    const of = (value: object) => fixed.of(value).fingerprint;
    expect(of({ a: 1, b: [2] })).toBe(of({ b: [2], a: 1 }));
    expect(of({ a: 1 })).not.toBe(of({ a: '1' }));
    expect(of({ note: confidential('social', 'one') })).toBe(of({ note: confidential('social', 'one') }));
    expect(of({ note: confidential('social', 'one') })).not.toBe(of({ note: confidential('social', 'two') }));
  });

  it('is found by nobody without the class keys of its epoch: who was erased is confirmed by no guess', () => {
    const before = randomKeyMaterial([1, 2]);
    const said = { address: 'Storgatan 1' };
    const [first, second] = [under({ ...before, classKeys: firstOf(before) }), under(before)];
    const recorded = first.of(said).fingerprint;
    // While both epochs are there a repeat is recognised.
    expect(second.of(said).earlierFingerprints).toEqual([recorded]);
    // An erasure destroys the first, and routing keys and all that stay are no help.
    const { fingerprint, earlierFingerprints } = under(newestOnly(before)).of(said);
    expect([fingerprint, ...earlierFingerprints]).toEqual([second.of(said).fingerprint]);
    expect(fingerprint).not.toBe(recorded);
  });
});

const firstOf = ({ classKeys }: KeyMaterial): KeyMaterial['classKeys'] =>
  new Map([...classKeys].map(([name, list]) => [name, list.slice(0, 1)]));
