import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { confidential, type EventMetadata, type RecordedEvent } from '#kernel';
import { MemoryEventStore } from '#event-store/memory';
import { canonicalJson } from './canonical-json.js';
import { createCodec, createVerbatimCodec, type EventRegistration } from './codec.js';
import { InvalidAppend, UnreadableEvent, type EventToAppend } from './port.js';
import { checkGoldenFiles, writeGoldenFile } from './testing/golden.js';

const metadata: EventMetadata = {
  $correlationId: 'correlation-1',
  $causationId: 'cause-1',
  commandId: 'command-1',
  commandFingerprint: 'fingerprint-1',
  actor: 't1a-official',
  organisation: 't1a-board',
  agencyKind: 'SOCIAL_BOARD',
  legalBasis: 'SOL_12_2',
  purpose: 'RELOCATION',
  policyVersion: '2026-01',
  occurredAt: '2026-03-02T08:00:00.000Z',
};

const event = (over: Partial<EventToAppend>): EventToAppend => ({
  id: '11111111-1111-5111-8111-111111111111',
  type: 'HouseFound',
  schemaVersion: 1,
  data: {},
  metadata,
  ...over,
});

const append = (over: Partial<EventToAppend>) => ({
  stream: 'placement-1',
  expectedRevision: 'no-stream' as const,
  events: [event(over)],
});

/** Version 1 counted rooms as text under another name of the event; version 2 as a number; version 3 knows a lift. */
const houseFound: EventRegistration = {
  type: 'HouseFound',
  formerTypes: ['FlatFound'],
  schemaVersion: 3,
  upcasters: {
    1: (data) => ({ ...data, rooms: Number(data.rooms) }),
    2: (data) => ({ ...data, lift: 'UNKNOWN' }),
  },
};

const envelope = { sealed: 1, class: 'address', kid: 'k1', iv: 'iv', ct: 'ct', tag: 'tag' };

describe('the catalogue of events', () => {
  it('says in which version an event is written today', () => {
    const codec = createCodec([houseFound]);
    expect(codec.schemaVersionOf('HouseFound')).toBe(3);
    const made = codec.toAppend({ type: 'HouseFound', data: { rooms: 2 } }, event({}).id, metadata);
    expect(made).toEqual(event({ schemaVersion: 3, data: { rooms: 2 } }));
  });

  it('lets nothing be written that it does not know, or in a version of yesterday', () => {
    const codec = createCodec([houseFound]);
    expect(() => codec.encode(append({ type: 'Unheard', schemaVersion: 1 }))).toThrow(InvalidAppend);
    expect(() => codec.encode(append({ type: 'FlatFound', schemaVersion: 3 }))).toThrow(InvalidAppend);
    expect(() => codec.encode(append({ schemaVersion: 2 }))).toThrow(InvalidAppend);
    expect(codec.encode(append({ schemaVersion: 3 })).events).toHaveLength(1);
  });

  it('is refused when a version has no upcaster or a name stands twice', () => {
    expect(() => createCodec([{ ...houseFound, upcasters: { 2: (data) => ({ ...data }) } }])).toThrow(
      'HouseFound: version 1 has no upcaster',
    );
    expect(() => createCodec([houseFound, { type: 'FlatFound', schemaVersion: 1 }])).toThrow('FlatFound');
    expect(() => createCodec([{ type: 'HouseFound', schemaVersion: 0 }])).toThrow('versions count from 1');
  });

  it('reads what was written years ago as what is written today, and leaves the log as it is', async () => {
    const store = new MemoryEventStore({ codec: createVerbatimCodec() });
    await store.append(
      append({ type: 'FlatFound', schemaVersion: 1, data: { rooms: '2', address: envelope } }),
    );
    const stored = (await store.readStream('placement-1'))!.events[0]!;
    const before = canonicalJson(stored);
    expect(createCodec([houseFound]).decode(stored)).toEqual({
      ...stored,
      type: 'HouseFound',
      schemaVersion: 3,
      data: { rooms: 2, lift: 'UNKNOWN', address: envelope },
    });
    expect(canonicalJson(stored)).toBe(before);
  });

  it('stops at an event that a later build has written', () => {
    const stored = { ...event({}), stream: 'placement-1', revision: 0, position: 'e-1', recordedAt: '' };
    const codec = createCodec([houseFound]);
    const reading = (over: Partial<RecordedEvent>) => () => codec.decode({ ...stored, ...over });
    expect(reading({ schemaVersion: 4 })).toThrow(UnreadableEvent);
    expect(reading({ type: 'Unheard' })).toThrow(UnreadableEvent);
  });
});

describe('canonical JSON', () => {
  it('is the text of RFC 8785', () => {
    // Its example of section 3.2.2, with the order of keys of section 3.2.3.
    expect(
      canonicalJson({
        numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
        string: "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\u0022/",
        literals: [null, true, false],
      }),
    ).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4, '\u0080': 5, ö: 6 })).toBe(
      '{"\\r":2,"1":3,"\u0080":5,"ö":6,"€":1,"😀":4}',
    );
  });

  it('comes back as the same value and the same text, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ noUnicodeString: false })),
        (value) => {
          let text: string;
          try {
            text = canonicalJson(value);
          } catch (error) {
            // The only texts that it does not take.
            expect(JSON.stringify(value)).toMatch(/\\u0000|\\ud[89a-f]|toJSON|__proto__/);
            expect(error).toBeInstanceOf(TypeError);
            return;
          }
          expect(canonicalJson(JSON.parse(text) as object)).toBe(text);
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        },
      ),
    );
  });

  it('stops a confidential value that nobody has sealed, and names its place only', () => {
    const data = { address: confidential('address', 'Storgatan 1') };
    const attempt = (): unknown => createVerbatimCodec().encode(append({ data }));
    expect(attempt).toThrow(InvalidAppend);
    expect(attempt).toThrow('events[0].data.address is of class address and was not sealed');
  });

  it('stops a value that contains itself', () => {
    const data: Record<string, unknown> = {};
    data.self = data;
    expect(() => createVerbatimCodec().encode(append({ data }))).toThrow(/deeper than/);
  });

  it('stops an event over the limit that was set', () => {
    const codec = createVerbatimCodec({ maxEventBytes: 600 });
    expect(codec.encode(append({ data: { text: 'å'.repeat(50) } })).bytes).toBeLessThan(600);
    expect(() => codec.encode(append({ data: { text: 'å'.repeat(200) } }))).toThrow('larger than 600 bytes');
  });
});

describe('golden files', () => {
  let folder: string;
  const golden = (type: string, schemaVersion: number, data: Record<string, unknown>): void =>
    writeGoldenFile(folder, { type, schemaVersion, data });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'golden-'));
    golden('FlatFound', 1, { rooms: '2', address: envelope });
    golden('HouseFound', 2, { rooms: 2 });
    golden('HouseFound', 3, { rooms: 2, lift: 'YES' });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are all read by the code of today', () => {
    expect(checkGoldenFiles(folder, [houseFound])).toEqual([]);
  });

  it('are missed where a version has none', () => {
    const catalogue = [houseFound, { type: 'HouseLost', schemaVersion: 1 }];
    expect(checkGoldenFiles(folder, catalogue)).toEqual(['HouseLost version 1 has no file']);
  });

  it('betray a type that was dropped from the catalogue, though it stands in the log', () => {
    golden('HouseBurnt', 1, {});
    expect(checkGoldenFiles(folder, [houseFound])).toEqual([
      expect.stringContaining('HouseBurnt.v1.json: this build cannot read HouseBurnt version 1'),
    ]);
  });

  it('betray an upcaster that changes an envelope', () => {
    const catalogue: EventRegistration = {
      ...houseFound,
      upcasters: { ...houseFound.upcasters, 1: () => ({ address: { ...envelope, iv: 'other' } }) },
    };
    expect(checkGoldenFiles(folder, [catalogue])).toEqual([
      expect.stringContaining('FlatFound.v1.json: an upcaster changed an envelope'),
    ]);
  });

  it('betray a reading that the code of today would not accept, and a file under the wrong name', () => {
    writeFileSync(join(folder, 'HouseFound.v9.json'), '{"type":"HouseFound","schemaVersion":3,"data":{}}');
    const accept = ({ data }: { data: object }): void => {
      if (!('rooms' in data)) throw new Error('no rooms');
      if ((data as { rooms: unknown }).rooms !== 2) throw new Error('not two rooms');
    };
    expect(checkGoldenFiles(folder, [houseFound], accept)).toEqual([
      'HouseFound.v9.json holds HouseFound.v3.json',
    ]);
    expect(
      checkGoldenFiles(folder, [{ ...houseFound, upcasters: { 1: () => ({}), 2: () => ({}) } }], accept),
    ).toEqual(expect.arrayContaining(['FlatFound.v1.json: no rooms', 'HouseFound.v2.json: no rooms']));
  });

  it('are never written over', () => {
    expect(() => golden('HouseFound', 3, {})).toThrow('EEXIST');
  });
});
