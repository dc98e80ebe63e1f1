import type { DynamicModule, Type } from '@nestjs/common';
import type { Pool } from 'pg';
import type { CaseFacts, CaseRelation, Official, OfficialFunction } from '#access';
import type { Actor, AgencyKind, Instant, Position, Token } from '#kernel';
import type {
  Application,
  CaseTarget,
  CommandContext,
  CommandResult,
  FileTarget,
  IntentType,
  Intents,
} from '#application';
import type { CaseFile, Fingerprint, Listing, RefusedAccess, View } from '#personal-data';
import type { HealthCheck, Tracer } from '#platform';
import type { LimitSettings } from './http/auth/limits.js';
import type { VerifiedToken } from './http/auth/token-verifier.js';
import type { ApiMetrics } from './metrics.js';

// What the api needs from the rest of the system. Each is an interface, so that tests and the demo can give their own;
// the process (main.ts) gives the real ones.

/** The part of a pino logger that is used. First coded facts, then a fixed sentence; never something that was sent. */
export interface ApiLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What a person is by appointment; implemented by Officials of libs/application. */
export interface OfficialsLookup {
  of(person: Token, login: Official['login'], organisationNumber: string, at: Instant): Promise<Official>;
  /** Clear id of the organisation, for example board:1280; from the directory in the api's memory. */
  idOf(organisation: Token): string;
  /** The one organisation of a kind that an authority is; undefined where it is none, or several. */
  authority(organisationNumber: string, kind: AgencyKind): Token | undefined;
}

/** Who has which part in the case that a route names; implemented by CaseParts of libs/application. */
export interface PartsLookup {
  /**
   * @param organisations for which the caller could have a part: others' need not be looked up
   * @param at of the request: who takes over is somebody else tomorrow
   * @param caller who may take over
   * @param standsBy whether the caller could be a duty officer: for others that part need not be looked up
   */
  of(
    target: CaseTarget,
    organisations: () => Promise<ReadonlySet<Token>>,
    at: Instant,
    caller: Token,
    standsBy: () => Promise<boolean>,
  ): Promise<CaseFacts | undefined>;
}

/** Keeps refusals in vault.refusals, before the answer goes out; implemented by Vault of libs/personal-data. */
export interface RefusalRecorder {
  /** @throws when it could not be recorded: then nothing else is answered either. */
  recordRefusal(refusal: RefusedAccess): Promise<void>;
}

/** Keeps in vault.reads who was shown one file, or a list of them, before the answer goes out; implemented by Application. */
export interface ViewRecorder {
  /** @throws when there is no such file */
  fileOf(target: FileTarget): Promise<CaseFile>;
  /** @throws when it could not be recorded: then nothing is shown. */
  recordView(view: View): Promise<void>;
  /** @throws when it could not be recorded: then nothing is shown. */
  recordList(list: Listing): Promise<void>;
}

/** How far a read model or the grants have come. */
export interface ReadPositions {
  of(readModel: string): Promise<Position | undefined>;
  /** Whether the log has given this position out: it is of this log, and not beyond its end. */
  given(position: Position): Promise<boolean>;
}

/** Makes keyed tokens and fingerprints; it exists only in the api. */
export interface Tokeniser {
  /** The token that an official got first and keeps, whatever the epoch. */
  person(subject: string): Promise<Token>;
  machine(clientId: string): Token;
  /** A position as it goes out: its number would count the events of the whole country. */
  sealPosition(position: Position): string;
  /** Undefined for what was not given out here. */
  openPosition(given: string): Position | undefined;
  /** Keyed hash of what a command said, under which the same words are recognised and nothing can be read. */
  fingerprints(said: unknown): Fingerprint;
}

/** Carries an intent to its handler. */
export interface IntentExecutor {
  execute<T extends IntentType>(type: T, intent: Intents[T], context: CommandContext): Promise<CommandResult>;
}

export interface TokenCheck {
  verify(token: string): Promise<VerifiedToken>;
  /** As verify, for a token that has run out shortly before: for rescuers, while the issuer gives no other. */
  verifyLate(token: string): Promise<VerifiedToken>;
  /** Whether the issuer answers. */
  reachable(): Promise<boolean>;
}

/** Who is asking, as the guard found it. */
export interface Caller {
  readonly by: Actor;
  /** When it was decided that this request may be answered. */
  readonly at: Instant;
  readonly function: OfficialFunction;
  /** The case that the route names, and whose it is: for the record. */
  readonly file: CaseFile | undefined;
  /** The part in the case; undefined on a route that names none. */
  readonly relation: CaseRelation | undefined;
  readonly organisationId: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly policyVersion: string;
  /** When the token ends: what lasts longer than one answer ends then, too. */
  readonly loginEndsAt: Date;
  /** Whether the same request would be let through now: an appointment may have ended, or a part in the case. */
  holds(): Promise<boolean>;
}

export interface ApiOptions {
  readonly clock: { now(): Date };
  readonly log: ApiLog;
  readonly tokens: TokenCheck;
  readonly tokeniser: Tokeniser;
  readonly officials: OfficialsLookup;
  readonly parts: PartsLookup;
  readonly refusals: RefusalRecorder;
  readonly views: ViewRecorder;
  /** Carries commands; the Nest command bus with the handler of `application` when left out. */
  readonly intents?: IntentExecutor;
  readonly application?: Application;
  /** The database of the read models; without it (a description, a test of the transport) no query can be answered. */
  readonly pool?: Pool;
  readonly positions: ReadPositions;
  /** How often somebody may ask; the safe ones when left out. */
  readonly limits?: LimitSettings;
  /** Milliseconds that have passed, by which the limits are measured; the machine's when left out. */
  readonly passed?: () => number;
  /** At whole steps of so many milliseconds it is said that there is nothing; 0: at once. */
  readonly evenStepMs?: number;
  /** How that is waited for; by the machine's timer when left out. */
  readonly evenWait?: (ms: number) => Promise<void>;
  /** Addresses and networks of the proxies whose X-Forwarded-For is believed; nobody's when left out. */
  readonly trustedProxies?: readonly string[];
  readonly healthChecks: readonly HealthCheck[];
  /** True once the process is about to stop. */
  readonly draining?: () => boolean;
  /** Where requests and commands are counted; nothing is when left out. */
  readonly metrics?: ApiMetrics;
  /** Where requests and commands are traced; nothing is when left out. */
  readonly tracer?: Tracer;
  /** Routes beside the commands: the queries, which know the read models. Each needs its policy. */
  readonly controllers?: readonly Type[];
  readonly modules?: readonly (Type | DynamicModule)[];
}

export const INTENTS = Symbol('IntentExecutor');
export const API_OPTIONS = Symbol('ApiOptions');
