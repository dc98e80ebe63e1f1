import { agencyKinds, type AnyEvent, type EventMetadata, type RecordedEvent } from '#kernel';
import { findUnstorable, uncheckedCanonicalJson } from './canonical-json.js';
import { InvalidAppend, UnreadableEvent, type AppendRequest, type EventToAppend } from './port.js';

/** Data of one stored version in, data of the next version out. Pure; carries every envelope over verbatim. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** What the application says of one type of event. */
export interface EventRegistration {
  readonly type: string;
  /** The version that is written today, from 1. */
  readonly schemaVersion: number;
  /** Names that the type had before; their versions count on in the same row. */
  readonly formerTypes?: readonly string[];
  /** One for each version before today's: `upcasters[1]` makes version 2 out of version 1. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
}

/** An append as an adapter stores it: checked, and in canonical JSON. */
export interface EncodedAppend {
  readonly stream: string;
  /** -1 for 'no-stream'. */
  readonly expected: number;
  readonly events: readonly EncodedEvent[];
  /** UTF-8 bytes of data and metadata together. */
  readonly bytes: number;
}

export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** RFC 8785 JSON. */
  readonly data: string;
  /** RFC 8785 JSON: a flat map of strings. */
  readonly metadata: string;
}

/** Stands between the events of the code and those of the log. Every adapter has one and passes all through it. */
export interface Codec {
  /** The version in which this type is written today. @throws InvalidAppend when the catalogue does not know it */
  schemaVersionOf(type: string): number;
  /** The event in today's version. @throws InvalidAppend when the catalogue does not know its type */
  toAppend(event: AnyEvent, id: string, metadata: EventMetadata): EventToAppend;
  /** @throws InvalidAppend that names the place and the reason, never a value */
  encode(request: AppendRequest): EncodedAppend;
  /** The stored event as today's code knows it. @throws UnreadableEvent when the log is ahead of this build */
  decode(stored: RecordedEvent): RecordedEvent;
}

export interface CodecLimits {
  /** Largest event, data and metadata as UTF-8 JSON, in bytes. */
  readonly maxEventBytes: number;
  /** Largest append in bytes; EventStoreDB refuses one of 1 MiB with its framing. */
  readonly maxAppendBytes: number;
}

const defaultLimits: CodecLimits = { maxEventBytes: 256 * 1024, maxAppendBytes: 896 * 1024 };

/**
 * @param registrations the catalogue: each type that may be written or read
 * @throws TypeError when a version has no upcaster, or two rows share a name
 */
export const createCodec = (
  registrations: readonly EventRegistration[],
  limits: Partial<CodecLimits> = {},
): Codec => {
  const byType = indexed(registrations);
  const bounds = { ...defaultLimits, ...limits };
  const current = (type: string): EventRegistration => {
    const known = byType.get(type);
    if (known?.type !== type) throw new InvalidAppend('the type of the event is not in the catalogue');
    return known;
  };
  const schemaVersionOf = (type: string): number => current(type).schemaVersion;
  return {
    schemaVersionOf,
    toAppend: (event, id, metadata) => ({
      ...event,
      id,
      schemaVersion: schemaVersionOf(event.type),
      metadata,
    }),
    encode: (request) =>
      encode(request, bounds, (event, place) => {
        if (event.schemaVersion !== schemaVersionOf(event.type))
          throw new InvalidAppend(`${place}.schemaVersion is not the one that is written today`);
      }),
    decode: (stored) => upcast(byType.get(stored.type), stored),
  };
};

/**
 * No catalogue: every type passes, and is read as it was stored. For the notary and for copies, which need the stored
 * bytes, and for tests of what lies below the catalogue.
 */
export const createVerbatimCodec = (limits: Partial<CodecLimits> = {}): Codec => {
  const bounds = { ...defaultLimits, ...limits };
  return {
    schemaVersionOf: () => 1,
    toAppend: (event, id, metadata) => ({ ...event, id, schemaVersion: 1, metadata }),
    encode: (request) => encode(request, bounds, () => undefined),
    decode: (stored) => stored,
  };
};

const indexed = (registrations: readonly EventRegistration[]): Map<string, EventRegistration> => {
  const byType = new Map<string, EventRegistration>();
  for (const registration of registrations) {
    const { type, schemaVersion, formerTypes = [], upcasters = {} } = registration;
    if (!Number.isInteger(schemaVersion) || schemaVersion < 1)
      throw new TypeError(`${type}: versions count from 1`);
    for (let version = 1; version < schemaVersion; version += 1)
      if (!upcasters[version]) throw new TypeError(`${type}: version ${version} has no upcaster`);
    for (const name of [type, ...formerTypes]) {
      if (byType.has(name)) throw new TypeError(`${name} stands in the catalogue twice`);
      byType.set(name, registration);
    }
  }
  return byType;
};

const upcast = (registration: EventRegistration | undefined, stored: RecordedEvent): RecordedEvent => {
  if (!registration || stored.schemaVersion > registration.schemaVersion)
    throw new UnreadableEvent(stored.type, stored.schemaVersion, stored.position);
  if (stored.schemaVersion === registration.schemaVersion && stored.type === registration.type) return stored;
  let data = stored.data as Readonly<Record<string, unknown>>;
  for (let version = stored.schemaVersion; version < registration.schemaVersion; version += 1) {
    // createCodec() has seen that there is one for each version.
    const upcaster = registration.upcasters?.[version];
    if (upcaster) data = upcaster(data);
  }
  return { ...stored, type: registration.type, schemaVersion: registration.schemaVersion, data };
};

// What EventStoreDB, PostgreSQL and a file name can all carry; no name starts with `$`, which EventStoreDB keeps.
const streamShape = /^[a-z][A-Za-z0-9_.:-]{0,249}$/;
const typeShape = /^[A-Z][A-Za-z0-9]{0,99}$/;
const idShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Without these nobody could later say who did it, on what ground, in which course of events. */
const requiredMetadata = ['actor', 'agencyKind', 'legalBasis', '$correlationId', 'commandId'] as const;

const encode = (
  request: AppendRequest,
  limits: CodecLimits,
  checkVersion: (event: EventToAppend, place: string) => void,
): EncodedAppend => {
  const { stream, expectedRevision, events } = request;
  refuseUnless(streamShape.test(stream), 'the stream name is not of the form category-id');
  refuseUnless(
    expectedRevision === 'no-stream' || (Number.isInteger(expectedRevision) && expectedRevision >= 0),
    "the expected revision is neither 'no-stream' nor a revision",
  );
  refuseUnless(events.length > 0, 'there is no event to append');
  refuseUnless(new Set(events.map(({ id }) => id)).size === events.length, 'two events have the same id');
  let bytes = 0;
  const encoded = events.map((event, index) => {
    const place = `events[${index}]`;
    refuseUnless(idShape.test(event.id), `${place}.id is not a UUID in lower case`);
    refuseUnless(typeShape.test(event.type), `${place}.type is not the name of an event`);
    refuseUnless(
      Number.isInteger(event.schemaVersion) && event.schemaVersion >= 1,
      `${place}.schemaVersion is not a version`,
    );
    checkVersion(event, place);
    checkMetadata(event.metadata, `${place}.metadata`);
    const { id, type, schemaVersion } = event;
    const data = jsonObject(event.data, `${place}.data`);
    const metadata = uncheckedCanonicalJson(event.metadata);
    const size = Buffer.byteLength(data) + Buffer.byteLength(metadata);
    refuseUnless(size <= limits.maxEventBytes, `${place} is larger than ${limits.maxEventBytes} bytes`);
    bytes += size;
    return { id, type, schemaVersion, data, metadata };
  });
  refuseUnless(
    bytes <= limits.maxAppendBytes,
    `the events are larger than ${limits.maxAppendBytes} bytes together`,
  );
  return {
    stream,
    expected: expectedRevision === 'no-stream' ? -1 : expectedRevision,
    events: encoded,
    bytes,
  };
};

const jsonObject = (value: unknown, place: string): string => {
  refuseUnless(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    `${place} is not an object`,
  );
  const unstorable = findUnstorable(value, place);
  if (unstorable) throw new InvalidAppend(unstorable);
  return uncheckedCanonicalJson(value as object);
};

const checkMetadata = (metadata: EventMetadata, place: string): void => {
  const unstorable = findUnstorable(metadata, place);
  if (unstorable) throw new InvalidAppend(unstorable);
  const values: Readonly<Record<string, unknown>> = { ...metadata };
  for (const [key, value] of Object.entries(values))
    refuseUnless(value === undefined || typeof value === 'string', `${place}.${key} is not text`);
  for (const key of requiredMetadata) refuseUnless(Boolean(values[key]), `${place}.${key} is missing`);
  refuseUnless(agencyKinds.includes(metadata.agencyKind), `${place}.agencyKind is not a kind of agency`);
};

function refuseUnless(holds: boolean, reason: string): asserts holds {
  if (!holds) throw new InvalidAppend(reason);
}
