import type { AgencyKind, Instant, RecordedEvent } from './event.js';
import type { Envelope } from './sealed.js';
import type { Token } from './token.js';

/** A command that a process wants sent. Its data are coded facts and tokens: a process holds no key. */
export interface SystemCommand {
  readonly type: string;
  /** The stream that will decide it, as made by streamName(). */
  readonly stream: string;
  readonly data: object;
  /** The agency that owns the step: the command is recorded as done on its behalf. */
  readonly onBehalfOf: { readonly organisation: Token; readonly agencyKind: AgencyKind };
}

/** What a process puts out. All of it is appended to its own stream in one write, before anything is sent. */
export type ProcessOutput =
  | { readonly kind: 'send'; readonly command: SystemCommand }
  | { readonly kind: 'set-deadline'; readonly name: string; readonly dueAt: Instant }
  | { readonly kind: 'clear-deadline'; readonly name: string }
  | { readonly kind: 'end' };

/** Where an input came from; sealed fields are cut out of `event.data` and named here, so that they can be pointed at. */
export interface SealedRef {
  readonly stream: string;
  readonly event: string;
  readonly path: string;
  readonly class: Envelope['class'];
  readonly owner: Token;
}

/** What a process takes in. A refusal is an input like any other: no saga hangs in silence. */
export type ProcessInput =
  | { readonly kind: 'event'; readonly event: RecordedEvent; readonly sealed: readonly SealedRef[] }
  | { readonly kind: 'accepted'; readonly command: SystemCommand; readonly at: Instant }
  | { readonly kind: 'refused'; readonly command: SystemCommand; readonly code: string; readonly at: Instant }
  | { readonly kind: 'deadline'; readonly name: string; readonly dueAt: Instant; readonly at: Instant };

/**
 * A durable process: decides like a decider, remembers like a decider, but its inputs are events of other streams,
 * outcomes of its commands and its own deadlines, and its stream `process-<name>-<id>` is inbox and outbox in one.
 *
 * `State` is folded from inputs and outputs that were recorded; `react` may use `facts` (for example the rules in
 * force when the input happened), which the runner looks up; beside the input it records which they were.
 */
export interface ProcessManager<State, Facts> {
  readonly name: string;
  /** Event types that it wants to see. */
  readonly handles: readonly string[];
  /** Ids of the instances that this event concerns; empty when none. */
  route(event: RecordedEvent): readonly string[];
  readonly initialState: State;
  /** Exhaustive over kinds and names; a late or repeated input gives no output. */
  react(input: ProcessInput, state: State, facts: Facts): readonly ProcessOutput[];
  /** Applied to each recorded input, then to each output recorded with it. Must not fail. */
  evolve(state: State, step: { input: ProcessInput } | { output: ProcessOutput }): State;
}

/** Events of a process stream, written by the runner, the dispatcher and the deadline clock only. */
export type ProcessEvent =
  | {
      readonly type: 'InputRecorded';
      readonly data: { sourceEvent: string; input: ProcessInput; facts: object };
    }
  | { readonly type: 'CommandIssued'; readonly data: { command: SystemCommand } }
  | { readonly type: 'CommandAccepted'; readonly data: { issuedAt: number; position?: string } }
  | { readonly type: 'CommandRefused'; readonly data: { issuedAt: number; code: string } }
  | { readonly type: 'DeadlineSet'; readonly data: { name: string; dueAt: Instant } }
  | { readonly type: 'DeadlineCleared'; readonly data: { name: string } }
  | { readonly type: 'DeadlineFired'; readonly data: { name: string; dueAt: Instant; setAt: number } }
  | { readonly type: 'ProcessEnded'; readonly data: Record<string, never> };

export const processEventTypes = [
  'InputRecorded',
  'CommandIssued',
  'CommandAccepted',
  'CommandRefused',
  'DeadlineSet',
  'DeadlineCleared',
  'DeadlineFired',
  'ProcessEnded',
] as const satisfies readonly ProcessEvent['type'][];
