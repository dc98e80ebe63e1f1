import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Actor,
  type Category,
  type AnyCommand,
  type AnyEvent,
  type Decider,
  type EventMetadata,
  type Instant,
  type Position,
  type RecordedEvent,
  type Token,
  Confidential,
  eventIdOf,
  fold,
  parseStreamName,
} from '#kernel';
import {
  type AppendRequest,
  type AppendResult,
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  StoreUnavailable,
} from '#event-store';

/** Who asks, when, under which id and on which legal basis: everything about a command that is not its content. */
export interface CommandContext {
  readonly at: Instant;
  readonly by: Actor;
  /** Clear id of the organisation for which the official acts, for example board:1280; only in the api's memory. */
  readonly organisationId?: string;
  /** Derived from actor, route, target and Idempotency-Key: a repeat has the same id. */
  readonly commandId: string;
  /** Keyed hash of the body: the same id with another body is refused. */
  readonly fingerprint: string;
  /** The same under earlier epochs of its key, under which it may have been recorded. */
  readonly earlierFingerprints?: readonly string[];
  readonly legalBasis: string;
  readonly purpose: string;
  readonly policyVersion: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  /** Revision that the caller saw (If-Match), or that it saw nothing yet (If-None-Match: *). */
  readonly ifMatch?: ExpectedRevision;
  /** Called right before the append; throws when this process may no longer write. A worker asks for its lease here. */
  readonly confirm?: () => Promise<void>;
}

/** Whose data a sealed field is, and which authority owns it (one key per subject, stream, class and owner). */
export interface SealingScope {
  readonly caseId: string;
  readonly subject: string;
  readonly owner: Token;
}

/** Seals the confidential fields of one event; only the api has one. */
export interface EventSealer {
  seal(
    data: AnyEvent['data'],
    place: SealingScope & { readonly stream: string; readonly eventId: string },
    context: Pick<CommandContext, 'at' | 'by' | 'purpose' | 'legalBasis'>,
  ): Promise<AnyEvent['data']>;
}

/** How one type of command is carried out: which stream decides, and which facts the handler puts into the command. */
export interface CommandHandling<Intent> {
  stream(intent: Intent, context: CommandContext): string | Promise<string>;
  /** Id of the thing that the command makes inside its stream; the same when it is repeated. */
  creates?(context: CommandContext, intent: Intent): string;
  /**
   * Types of event at which If-Match looks; at all when absent. What is nobody's judgement (a reassessment that the
   * calendar ordered) must not send an officer back who has just written one.
   */
  readonly guards?: readonly string[];
  /** Called again on every attempt, so that the facts are fresh. Facts of the stream itself are in `loaded`. */
  prepare(intent: Intent, context: CommandContext, loaded: LoadedStream): Promise<PreparedCommand>;
}

export interface PreparedCommand {
  readonly type: string;
  readonly data: object;
  readonly sealing?: SealingScope;
  /**
   * Writes what must stand before the event does (rows of Police's register). Called only when the decision is a yes,
   * again on every attempt, while the fields are sealed: a repeat must change nothing, and a crash before the append
   * must do no harm.
   */
  beforeAppend?(): Promise<void>;
}

type Decision =
  | { readonly answer: CommandResult }
  | { readonly prepared: PreparedCommand; readonly decided: readonly AnyEvent[] };

export interface LoadedStream {
  readonly stream: string;
  readonly events: readonly RecordedEvent[];
  readonly revision: ExpectedRevision;
}

export interface CommandResult {
  readonly stream: string;
  /** Id of what was made inside the stream, where the command makes something. */
  readonly created?: string;
  readonly revision: number;
  /** Undefined only for a command that changed nothing on a stream that does not exist. */
  readonly position: Position | undefined;
  /** The command changed nothing: revision and position are of the stream's last event, whoever wrote it. */
  readonly quiet?: true;
}

/** The same Idempotency-Key came with another body. */
export class CommandIdReused extends Error {
  override readonly name = 'CommandIdReused';
}
/** If-Match named another revision. */
export class RevisionMismatch extends Error {
  override readonly name = 'RevisionMismatch';
  constructor(readonly actualRevision: ExpectedRevision) {
    super('the stream has moved on');
  }
}
/** Others wrote to the same stream again and again; the caller may simply repeat. */
export class TooMuchContention extends Error {
  override readonly name = 'TooMuchContention';
}
/** The thing that the command names does not exist, or not for this caller. */
export class UnknownTarget extends Error {
  override readonly name = 'UnknownTarget';
}

const maxAttempts = 8;
/** The longest pause before another attempt, in milliseconds, for each that has failed. */
const pauseMs = 5;

export const loadStream = async (store: EventStore, stream: string): Promise<LoadedStream> => {
  const read = await store.readStream(stream);
  return { stream, events: read?.events ?? [], revision: read?.revision ?? 'no-stream' };
};

/** The only place where a command is carried out: load, decide, seal, append. */
export class CommandExecutor {
  constructor(
    private readonly store: EventStore,
    /** The decider of each category of streams. */
    private readonly deciderOf: (category: Category) => Decider<AnyCommand, AnyEvent, unknown>,
    private readonly schemaVersionOf: (type: string) => number,
    /** Undefined in the worker: a command that needs sealing cannot be carried out there. */
    private readonly sealer: EventSealer | undefined,
    /** Refuses an event whose fields do not bear the marks of the field catalogue, or an envelope of another place. */
    private readonly checkMarks: (event: Pick<RecordedEvent, 'id' | 'stream' | 'type' | 'data'>) => void,
    /** A stream as it was read a moment ago; always undefined where nobody reads before the command. */
    private readonly recentlyRead: (stream: string) => LoadedStream | undefined = () => undefined,
  ) {}

  /**
   * @throws DomainError when a rule says no, CommandIdReused, RevisionMismatch, UnknownTarget, TooMuchContention:
   *   nothing was written then. StoreUnavailable when the outcome could not be learnt: a repeat under the same id tells.
   */
  async execute<Intent>(
    handling: CommandHandling<Intent>,
    intent: Intent,
    context: CommandContext,
  ): Promise<CommandResult> {
    const result = await this.run(handling, intent, context);
    return handling.creates ? { ...result, created: handling.creates(context, intent) } : result;
  }

  private async run<Intent>(
    handling: CommandHandling<Intent>,
    intent: Intent,
    context: CommandContext,
  ): Promise<CommandResult> {
    const stream = await handling.stream(intent, context);
    let early = this.recentlyRead(stream);
    for (let attempt = early ? 0 : 1; attempt <= maxAttempts; attempt += 1) {
      const fromBefore = early;
      early = undefined;
      const loaded = fromBefore ?? (await loadStream(this.store, stream));
      const decision = await this.decide(handling, intent, context, loaded).catch((error: unknown) => {
        if (!fromBefore) throw error;
      });
      // What was read a moment ago is good enough for a yes, since the append is guarded by its revision. Anything else
      // is found out anew before it is answered.
      if (!decision || (fromBefore && 'answer' in decision)) continue;
      if ('answer' in decision) return decision.answer;

      const { prepared, decided } = decision;
      const [events] = await Promise.all([
        Promise.all(
          decided.map((event, ordinal) => this.toAppend(event, ordinal, stream, prepared, context)),
        ),
        prepared.beforeAppend?.(),
      ]);
      await context.confirm?.();
      const result = await this.append({ stream, expectedRevision: loaded.revision, events }, context);
      if (result.outcome === 'appended')
        return { stream, revision: result.revision, position: result.position };
      // By chance longer or shorter, so that one whose facts take long to read is not overtaken for ever.
      await sleep(Math.random() * pauseMs * attempt);
    }
    throw new TooMuchContention();
  }

  /** What comes of the command on these events: an answer that writes nothing, or what is to be appended. */
  private async decide<Intent>(
    handling: CommandHandling<Intent>,
    intent: Intent,
    context: CommandContext,
    loaded: LoadedStream,
  ): Promise<Decision> {
    const repeated = this.resultOfRepeat(loaded, context);
    if (repeated) return { answer: repeated };
    const seen = lastRevision(loaded, handling.guards);
    if (context.ifMatch !== undefined && context.ifMatch !== seen) throw new RevisionMismatch(seen);

    const prepared = await handling.prepare(intent, context, loaded);
    const decider = this.deciderOf(parseStreamName(loaded.stream).category);
    const state = fold(decider, loaded.events as readonly AnyEvent[]);
    const command: AnyCommand = {
      type: prepared.type,
      data: prepared.data,
      at: context.at,
      by: context.by,
    };
    const decided = decider.decide(command, state);
    return decided.length === 0 ? { answer: unchanged(loaded) } : { prepared, decided };
  }

  /** Where the store cannot say what came of it, the stream is asked once: what was written is not answered with an error. */
  private async append(request: AppendRequest, context: CommandContext): Promise<AppendResult> {
    try {
      return await this.store.append(request);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const loaded = await loadStream(this.store, request.stream).catch(() => undefined);
      const written = loaded && this.resultOfRepeat(loaded, context);
      if (written?.position === undefined) throw error;
      return { outcome: 'appended', revision: written.revision, position: written.position };
    }
  }

  /** The stream is the truth: events that carry this command id are its recorded result. */
  private resultOfRepeat(loaded: LoadedStream, context: CommandContext): CommandResult | undefined {
    const written = loaded.events.filter((event) => event.metadata.commandId === context.commandId);
    const last = written.at(-1);
    if (!last) return undefined;
    const { fingerprint, earlierFingerprints = [] } = context;
    if (![fingerprint, ...earlierFingerprints].includes(last.metadata.commandFingerprint))
      throw new CommandIdReused();
    return { stream: loaded.stream, revision: last.revision, position: last.position };
  }

  private async toAppend(
    event: AnyEvent,
    ordinal: number,
    stream: string,
    prepared: PreparedCommand,
    context: CommandContext,
  ): Promise<EventToAppend> {
    // With the fingerprint, so that two bodies sent under one id at the same moment are not taken for one by the store.
    const id = eventIdOf(stream, `${context.commandId} ${context.fingerprint}`, ordinal);
    const { type } = event;
    const data = withoutUndefined(await this.sealed(event.data, stream, id, prepared, context));
    this.checkMarks({ id, stream, type, data });
    return { id, type, schemaVersion: this.schemaVersionOf(type), data, metadata: metadataOf(context) };
  }

  private async sealed(
    data: AnyEvent['data'],
    stream: string,
    eventId: string,
    prepared: PreparedCommand,
    context: CommandContext,
  ): Promise<AnyEvent['data']> {
    const needsSealing = Object.values(data).some((value) => value instanceof Confidential);
    if (!needsSealing) return data;
    if (!this.sealer || !prepared.sealing)
      throw new Error('this process has no key: it cannot write sealed fields');
    return this.sealer.seal(data, { ...prepared.sealing, stream, eventId }, context);
  }
}

const metadataOf = (context: CommandContext): EventMetadata => ({
  $correlationId: context.correlationId,
  $causationId: context.causationId,
  commandId: context.commandId,
  commandFingerprint: context.fingerprint,
  actor: context.by.person,
  organisation: context.by.organisation,
  agencyKind: context.by.agencyKind,
  legalBasis: context.legalBasis,
  purpose: context.purpose,
  policyVersion: context.policyVersion,
  occurredAt: context.at,
  ...(context.traceparent ? { traceparent: context.traceparent } : {}),
  ...(context.by.machine ? { machine: context.by.machine } : {}),
});

/** Revision of the stream, or of the last event of the types that count. */
const lastRevision = (loaded: LoadedStream, types: readonly string[] | undefined): ExpectedRevision =>
  types === undefined
    ? loaded.revision
    : (loaded.events.findLast(({ type }) => types.includes(type))?.revision ?? 'no-stream');

const unchanged = (loaded: LoadedStream): CommandResult => {
  const last = loaded.events.at(-1);
  return { stream: loaded.stream, revision: last?.revision ?? -1, position: last?.position, quiet: true };
};

/** JSON has no undefined: what is stored and what is hashed must be the same. */
const withoutUndefined = <T extends object>(data: T): T =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as T;
