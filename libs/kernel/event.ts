/**
 * An event is a fact that happened, past tense. Its `type` is a storage format: it stands in the log for ever,
 * so a rename needs an upcaster (libs/event-store/codec.ts), never a search and replace.
 */
export type EventOf<Type extends string, Data extends object> = Readonly<{
  type: Type;
  data: Readonly<Data>;
}>;

export type AnyEvent = EventOf<string, object>;

/** RFC 3339 in UTC with milliseconds, for example 2026-03-02T08:00:00.000Z. */
export type Instant = string;

/** A calendar date without time, YYYY-MM-DD, read in Europe/Stockholm. */
export type PlainDate = string;

/** A place in the log: strictly increasing, opaque, zero-padded text that contains the store's epoch. Compare as text. */
export type Position = string;

/**
 * Who is behind an event and why. A flat map of strings, because that is the least that every store can keep.
 * `actor` and `organisation` are keyed tokens, never an official's id or an organisation number.
 */
export interface EventMetadata {
  readonly $correlationId: string;
  readonly $causationId: string;
  readonly commandId: string;
  /** Keyed hash of what the command said, so that the same id with another body is recognised. */
  readonly commandFingerprint: string;
  readonly actor: string;
  readonly organisation: string;
  readonly agencyKind: AgencyKind;
  readonly legalBasis: string;
  readonly purpose: string;
  readonly policyVersion: string;
  /** When it happened in the world; `recordedAt` is the store's. */
  readonly occurredAt: Instant;
  readonly traceparent?: string;
  /** Token of the case system through which `actor` asked; absent where the official was logged in here. */
  readonly machine?: string;
}

/** An event as it stands in the log. */
export interface RecordedEvent<E extends AnyEvent = AnyEvent> {
  readonly id: string;
  readonly stream: string;
  /** Place in the stream, from 0. */
  readonly revision: number;
  readonly position: Position;
  readonly type: E['type'];
  readonly schemaVersion: number;
  readonly data: E['data'];
  readonly metadata: EventMetadata;
  readonly recordedAt: Instant;
}

/** The kinds of agency that act in the cases. A social board acts as home or as receiver depending on the case. */
export const actingAgencyKinds = [
  'SOCIAL_BOARD',
  'POLICE',
  'NATIONAL_COORDINATOR',
  'HOUSING_PROVIDER',
  'TAX_AGENCY',
] as const;

/** Those that are only told something: their named contacts read, and write nothing. */
export const readingAgencyKinds = [
  'PROBATION_SERVICE',
  'SIS',
  'SOCIAL_INSURANCE_AGENCY',
  'EMPLOYMENT_SERVICE',
  'ENFORCEMENT_AUTHORITY',
  'MIGRATION_AGENCY',
  'HEALTH_CARE',
  'SCHOOL',
  'LOCAL_COUNCIL',
  'REGION_COORDINATOR',
  'IVO',
] as const;

/** The kinds of agency whose officials may log in. */
export const agencyKinds = [...actingAgencyKinds, ...readingAgencyKinds] as const;
export type AgencyKind = (typeof agencyKinds)[number];

/**
 * Authorities whose documents are public unless secret (TF 2 kap.) and that register requests for them here; a private
 * provider is none, and who only reads here keeps a register at home.
 */
export const publicAuthorities = actingAgencyKinds.filter((kind) => kind !== 'HOUSING_PROVIDER');
