import {
  isEnvelope,
  type ProcessEvent,
  type ProcessInput,
  type ProcessManager,
  type RecordedEvent,
  type SealedRef,
} from '#kernel';
import type { EventStore } from '#event-store';
import { subsPlace } from './checkpoint.js';
import type { EffectConsumer } from './consumer.js';
import type { Reach } from './crash-points.js';
import {
  appendToProcess,
  asProcessEvent,
  commandIssuedAt,
  eventOfOutput,
  foldProcess,
  type LoadedProcess,
  processActor,
  processEventToAppend,
  processMetadata,
  processStream,
} from './process-stream.js';

/**
 * Looks up what a process needs beside its input, for example the rules in force when the input happened. What
 * identifies the answer is recorded with the input. It must depend on the input and on what was in the log before it,
 * not on the moment.
 */
export type FactsOf<Facts> = (
  input: ProcessInput,
  instance: { readonly id: string; readonly stream: string },
) => Facts | Promise<Facts>;

export interface ProcessRegistration {
  // State and facts of different processes meet in one list; registerProcess keeps each pair together.
  readonly manager: ProcessManager<unknown, unknown>;
  readonly facts: FactsOf<unknown>;
  readonly recorded: (facts: unknown) => object;
}

/**
 * @param recorded what is written of the facts beside every input: enough to find them again, for example the version
 *   of the rules and not the rules. All of them by default.
 */
export const registerProcess = <State, Facts extends object>(
  manager: ProcessManager<State, Facts>,
  facts: FactsOf<Facts>,
  recorded: (facts: Facts) => object = (known) => known,
): ProcessRegistration => ({ manager, facts, recorded }) as unknown as ProcessRegistration;

/** Events of its own stream that a process takes in again. */
const ownInputs: readonly ProcessEvent['type'][] = ['CommandAccepted', 'CommandRefused', 'DeadlineFired'];

/**
 * The subscription of one kind of process. For each instance that an event concerns: fold the state, react, and append
 * input and outputs in one write. An input that stands in the stream already changes nothing.
 */
export const processConsumer = (
  { manager, facts, recorded }: ProcessRegistration,
  store: EventStore,
  reach: Reach,
): EffectConsumer => {
  const handled = new Set(manager.handles);
  const ownPrefix = processStream(manager.name, '');

  const isOwnInput = (event: RecordedEvent): boolean =>
    event.stream.startsWith(ownPrefix) && ownInputs.includes(event.type as ProcessEvent['type']);

  const act: EffectConsumer['act'] = async (event, stream, confirm) => {
    await appendToProcess(store, stream, async (process) => {
      if (process.events.some((earlier) => isInputFrom(earlier, event.id))) return undefined;
      const input = inputFrom(event, process);
      const known = await facts(input, { id: stream.slice(ownPrefix.length), stream });
      const outputs = manager.react(input, foldProcess(manager, process.events), known);
      // The instant of the cause, not of the clock: a second run after a crash writes the same bytes.
      const metadata = processMetadata(manager.name, event, {
        commandId: event.id,
        occurredAt: event.metadata.occurredAt,
      });
      const taken: ProcessEvent = {
        type: 'InputRecorded',
        data: { sourceEvent: event.id, input, facts: recorded(known) },
      };
      const toAppend = [
        processEventToAppend(stream, taken, 0, metadata),
        ...outputs.map((output, index) =>
          processEventToAppend(
            stream,
            eventOfOutput(output),
            index + 1,
            output.kind === 'send' ? { ...metadata, ...output.command.onBehalfOf } : metadata,
          ),
        ),
      ];
      await confirm();
      reach('process.before-append');
      return toAppend;
    });
    reach('process.after-append');
  };

  return {
    kind: 'effects',
    name: processActor(manager.name),
    place: subsPlace,
    handles: (event) => handled.has(event.type) || isOwnInput(event),
    sequencesOf: (event) =>
      isOwnInput(event) ? [event.stream] : manager.route(event).map((id) => processStream(manager.name, id)),
    act,
  };
};

const isInputFrom = (recorded: RecordedEvent, sourceEvent: string): boolean => {
  const event = asProcessEvent(recorded);
  return event.type === 'InputRecorded' && event.data.sourceEvent === sourceEvent;
};

const inputFrom = (recorded: RecordedEvent, process: LoadedProcess): ProcessInput => {
  const at = recorded.metadata.occurredAt;
  // Only in its own stream are these types what they seem.
  const event = recorded.stream === process.stream ? asProcessEvent(recorded) : undefined;
  switch (event?.type) {
    case 'CommandAccepted':
      return { kind: 'accepted', command: commandIssuedAt(process, event.data.issuedAt), at };
    case 'CommandRefused':
      return {
        kind: 'refused',
        command: commandIssuedAt(process, event.data.issuedAt),
        code: event.data.code,
        at,
      };
    case 'DeadlineFired':
      return { kind: 'deadline', name: event.data.name, dueAt: event.data.dueAt, at };
    default:
      return { kind: 'event', ...withoutSealed(recorded) };
  }
};

/** The event without its envelopes, and where each of them lies. */
export const withoutSealed = (
  event: RecordedEvent,
): { readonly event: RecordedEvent; readonly sealed: readonly SealedRef[] } => {
  const sealed: SealedRef[] = [];
  const cut = (value: unknown): unknown => {
    if (isEnvelope(value)) {
      const { stream, event: origin, path, class: dataClass, owner } = value;
      sealed.push({ stream, event: origin, path, class: dataClass, owner });
      return undefined;
    }
    if (Array.isArray(value)) return value.map(cut).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([field, inner]) => [field, cut(inner)])
        .filter(([, inner]) => inner !== undefined),
    );
  };
  return { event: { ...event, data: cut(event.data) as object }, sealed };
};
