import type { DynamicModule, Type } from '@nestjs/common';
import type { Actor, AgencyKind, Instant, Position, Token } from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import type { CommandContext, CommandResult, IntentType, Intents } from '#application';
import type { VerifiedToken } from './http/auth/token-verifier.js';

// What the api needs from the rest of the system. Each is an interface, so that tests and the demo can give their own;
// the process (main.ts) gives the real ones.

/** The part of a pino logger that is used. First coded facts, then a fixed sentence; never something that was sent. */
export interface ApiLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** An appointment of an official that is in force, folded from `appointment-<person>`. */
export interface HeldAppointment {
  readonly function: OfficialFunction;
  readonly organisation: Token;
  /** Clear id of the organisation, for example board:1280; from the directory in the api's memory. */
  readonly organisationId: string;
  /** Ten digits: must be the number that the token was issued under. */
  readonly organisationNumber: string;
  readonly agencyKind: AgencyKind;
  /** The board's decisions are delegated to this person. */
  readonly delegated: boolean;
}

export interface Appointments {
  /** Those in force at `at`; none for somebody unknown. */
  of(person: Token, at: Instant): Promise<readonly HeldAppointment[]>;
}

/** An access that was refused: kept in vault.refusals, before the answer goes out. */
export interface Refusal {
  readonly at: Instant;
  readonly person: Token;
  /** The organisation for which the person tried, when the appointments say. */
  readonly organisation: Token | undefined;
  readonly method: string;
  /** Pattern of the route, with the ids that were asked for beside it; ids are random or derived, never a name. */
  readonly route: string;
  readonly target: string;
  readonly code: string;
  readonly requestId: string;
}

export interface RefusalRecorder {
  /** @throws when it could not be recorded: then nothing else is answered either. */
  record(refusal: Refusal): Promise<void>;
}

export interface HealthCheck {
  readonly name: string;
  /** True when it is well; what it throws counts as not. */
  check(): Promise<boolean>;
}

/** How far a read model or the grants have come. */
export interface ReadPositions {
  of(readModel: string): Promise<Position | undefined>;
}

/** Makes keyed tokens and fingerprints with the routing key; it exists only in the api. */
export interface Tokeniser {
  person(subject: string): Token;
  /** Keyed hash of what a command said, under which the same words are recognised and nothing can be read. */
  fingerprint(body: unknown): string;
}

/** Carries an intent to its handler. */
export interface IntentExecutor {
  execute<T extends IntentType>(type: T, intent: Intents[T], context: CommandContext): Promise<CommandResult>;
}

export interface TokenCheck {
  verify(token: string): Promise<VerifiedToken>;
}

/** Who is asking, as the guard found it. */
export interface Caller {
  readonly by: Actor;
  readonly function: OfficialFunction;
  readonly delegated: boolean;
  readonly organisationId: string;
}

export interface ApiOptions {
  readonly clock: { now(): Date };
  readonly log: ApiLog;
  readonly tokens: TokenCheck;
  readonly tokeniser: Tokeniser;
  readonly appointments: Appointments;
  readonly refusals: RefusalRecorder;
  readonly intents: IntentExecutor;
  readonly positions: ReadPositions;
  readonly healthChecks: readonly HealthCheck[];
  /** Routes beside the commands: the queries, which know the read models. Each needs its policy. */
  readonly controllers?: readonly Type[];
  readonly modules?: readonly (Type | DynamicModule)[];
}

export const API_OPTIONS = Symbol('ApiOptions');
