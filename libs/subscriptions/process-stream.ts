import {
  eventIdOf,
  streamName,
  type EventMetadata,
  type Instant,
  type Position,
  type ProcessEvent,
  type ProcessManager,
  type ProcessOutput,
  type RecordedEvent,
  type SystemCommand,
} from '#kernel';
import type { EventStore, EventToAppend, ExpectedRevision } from '#event-store';

/** Streams of processes: `process-<name>-<instance>`. */
export const processStreamPrefix = streamName('process', '');

export const isProcessStream = (stream: string): boolean => stream.startsWith(processStreamPrefix);

export const processStream = (name: string, instance: string): string =>
  streamName('process', `${name}-${instance}`);

export interface LoadedProcess {
  readonly stream: string;
  readonly events: readonly RecordedEvent[];
  readonly revision: ExpectedRevision;
}

export const loadProcess = async (store: EventStore, stream: string): Promise<LoadedProcess> => {
  const read = await store.readStream(stream);
  return { stream, events: read?.events ?? [], revision: read?.revision ?? 'no-stream' };
};

/** The event with its type and data read as one of a process stream; only the runners of this lib write there. */
export const asProcessEvent = (event: RecordedEvent): ProcessEvent =>
  ({ type: event.type, data: event.data }) as ProcessEvent;

export const commandIssuedAt = (process: LoadedProcess, revision: number): SystemCommand => {
  const issued = process.events[revision] && asProcessEvent(process.events[revision]);
  if (issued?.type !== 'CommandIssued') throw new Error('no command was issued at this revision');
  return issued.data.command;
};

/** State of a process from what it took in and put out; outcomes and fired deadlines count once they are recorded as inputs. */
export const foldProcess = <State>(
  manager: ProcessManager<State, unknown>,
  events: readonly RecordedEvent[],
): State => {
  let state = manager.initialState;
  for (const recorded of events) {
    const event = asProcessEvent(recorded);
    if (event.type === 'InputRecorded') state = manager.evolve(state, { input: event.data.input });
    else {
      const output = outputOf(event);
      if (output) state = manager.evolve(state, { output });
    }
  }
  return state;
};

const outputOf = (event: ProcessEvent): ProcessOutput | undefined => {
  switch (event.type) {
    case 'CommandIssued':
      return { kind: 'send', command: event.data.command };
    case 'DeadlineSet':
      return { kind: 'set-deadline', name: event.data.name, dueAt: event.data.dueAt };
    case 'DeadlineCleared':
      return { kind: 'clear-deadline', name: event.data.name };
    case 'ProcessEnded':
      return { kind: 'end' };
    case 'InputRecorded':
    case 'CommandAccepted':
    case 'CommandRefused':
    case 'DeadlineFired':
      return undefined;
  }
};

export const eventOfOutput = (output: ProcessOutput): ProcessEvent => {
  switch (output.kind) {
    case 'send':
      return { type: 'CommandIssued', data: { command: output.command } };
    case 'set-deadline':
      return { type: 'DeadlineSet', data: { name: output.name, dueAt: output.dueAt } };
    case 'clear-deadline':
      return { type: 'DeadlineCleared', data: { name: output.name } };
    case 'end':
      return { type: 'ProcessEnded', data: {} };
  }
};

/** True while the deadline that was set at this revision is neither replaced, cleared nor fired and the process goes on. */
export const isRunning = (process: LoadedProcess, name: string, setAt: number): boolean => {
  let running: number | undefined;
  for (const recorded of process.events) {
    const event = asProcessEvent(recorded);
    if (event.type === 'ProcessEnded') return false;
    if (event.type === 'DeadlineSet' && event.data.name === name) running = recorded.revision;
    if (event.type === 'DeadlineCleared' && event.data.name === name) running = undefined;
    if (event.type === 'DeadlineFired' && event.data.setAt === running) running = undefined;
  }
  return running === setAt;
};

/** Name of the process whose stream this is, when `names` are all that exist. */
export const processActor = (name: string): string => `process:${name}`;

/**
 * Who is behind an event of a process stream: the process, for the agency and on the legal basis of what caused it.
 * The worker has no key, so there is no keyed fingerprint: the id is derived from the cause alone, and a repeat
 * has nothing else to say.
 */
export const processMetadata = (
  name: string,
  cause: RecordedEvent,
  own: { readonly commandId: string; readonly occurredAt: Instant },
): EventMetadata => ({
  $correlationId: cause.metadata.$correlationId,
  $causationId: cause.id,
  commandId: own.commandId,
  commandFingerprint: 'none',
  actor: processActor(name),
  organisation: cause.metadata.organisation,
  agencyKind: cause.metadata.agencyKind,
  legalBasis: cause.metadata.legalBasis,
  purpose: cause.metadata.purpose,
  policyVersion: cause.metadata.policyVersion,
  occurredAt: own.occurredAt,
  ...(cause.metadata.traceparent === undefined ? {} : { traceparent: cause.metadata.traceparent }),
});

export const processEventToAppend = (
  stream: string,
  event: ProcessEvent,
  ordinal: number,
  metadata: EventMetadata,
): EventToAppend => ({
  id: eventIdOf(stream, metadata.commandId, ordinal),
  type: event.type,
  schemaVersion: 1,
  // JSON has no undefined: what is stored and what is folded must be the same.
  data: JSON.parse(JSON.stringify(event.data)) as object,
  metadata,
});

/** Others write to the same process stream again and again. The runner waits and tries once more. */
export class ProcessContention extends Error {
  override readonly name = 'ProcessContention';
}

/**
 * Loads, decides, appends at the loaded revision, and once more from the start when somebody else was first.
 * `decide` answers undefined when what was to be appended stands there already, or is no longer wanted.
 */
export const appendToProcess = async (
  store: EventStore,
  stream: string,
  decide: (process: LoadedProcess) => Promise<readonly EventToAppend[] | undefined>,
): Promise<Position | undefined> => {
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    const process = await loadProcess(store, stream);
    const events = await decide(process);
    if (!events) return undefined;
    const result = await store.append({ stream, expectedRevision: process.revision, events });
    if (result.outcome === 'appended') return result.position;
  }
  throw new ProcessContention('the process stream kept changing');
};
