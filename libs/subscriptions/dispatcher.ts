import {
  derivedId,
  type Instant,
  type Position,
  type ProcessEvent,
  type RecordedEvent,
  type SystemCommand,
} from '#kernel';
import type { EventStore } from '#event-store';
import { subsPlace } from './checkpoint.js';
import type { EffectConsumer } from './consumer.js';
import type { Reach } from './crash-points.js';
import {
  appendToProcess,
  asProcessEvent,
  isProcessStream,
  type LoadedProcess,
  loadProcess,
  processEventToAppend,
  processMetadata,
} from './process-stream.js';

/** Everything about a system command that is not its content. */
export interface SystemCommandContext {
  /** The same whenever the same command is sent again: whoever carries it out recognises the repeat. */
  readonly commandId: string;
  readonly correlationId: string;
  /** The CommandIssued event. */
  readonly causationId: string;
  readonly legalBasis: string;
  readonly purpose: string;
  readonly policyVersion: string;
  /** `process:<name>` */
  readonly actor: string;
  /** When the process decided to send it. */
  readonly issuedAt: Instant;
  readonly traceparent?: string;
  /** To be called right before anything is written: throws when the lease is gone, and nothing may be written then. */
  readonly confirm: () => Promise<void>;
}

export type SendResult =
  | { readonly outcome: 'accepted'; readonly position: Position | undefined }
  | { readonly outcome: 'refused'; readonly code: string };

/** Carries commands of processes out. It throws when it does not know how it ended; then it is asked again. */
export interface CommandSender {
  send(command: SystemCommand, context: SystemCommandContext): Promise<SendResult>;
}

/** The command took longer than the time limit; whether it was carried out is not known. */
export class SendTimeout extends Error {
  override readonly name = 'SendTimeout';
}

/** The code of a refusal that an operator made by skipping the command. */
export const skippedByOperator = 'operations.command-skipped';

/**
 * Sends what processes have issued, in the order of each stream, and records how it ended in that stream. A command
 * whose outcome stands there is not sent again.
 */
export const dispatcherConsumer = (
  sender: CommandSender,
  store: EventStore,
  now: () => Date,
  reach: Reach,
  sendTimeoutMs: number,
): EffectConsumer => {
  const commandIdOf = (issued: RecordedEvent) => derivedId('process-command', issued.stream, issued.revision);

  const recordOutcome = async (
    issued: RecordedEvent,
    outcome: Extract<ProcessEvent, { type: 'CommandAccepted' | 'CommandRefused' }>,
    confirm: () => Promise<void>,
  ): Promise<void> => {
    await appendToProcess(store, issued.stream, async (process) => {
      if (hasOutcome(process, issued.revision)) return undefined;
      await confirm();
      const name = issued.metadata.actor.replace(/^process:/, '');
      const metadata = processMetadata(name, issued, {
        commandId: commandIdOf(issued),
        occurredAt: now().toISOString(),
      });
      return [processEventToAppend(issued.stream, outcome, 0, metadata)];
    });
  };

  return {
    kind: 'effects',
    name: 'dispatcher',
    place: subsPlace,
    handles: (event) => event.type === 'CommandIssued' && isProcessStream(event.stream),
    sequencesOf: (event) => [event.stream],
    act: async (issued, _sequence, confirm) => {
      if (hasOutcome(await loadProcess(store, issued.stream), issued.revision)) return;
      const { command } = issued.data as { command: SystemCommand };
      const { metadata } = issued;
      await confirm();
      reach('dispatcher.before-send');
      const sending = sender.send(command, {
        commandId: commandIdOf(issued),
        correlationId: metadata.$correlationId,
        causationId: issued.id,
        legalBasis: metadata.legalBasis,
        purpose: metadata.purpose,
        policyVersion: metadata.policyVersion,
        actor: metadata.actor,
        issuedAt: metadata.occurredAt,
        confirm,
        ...(metadata.traceparent === undefined ? {} : { traceparent: metadata.traceparent }),
      });
      const result = await within(sending, sendTimeoutMs);
      reach('dispatcher.after-send');
      await recordOutcome(
        issued,
        result.outcome === 'accepted'
          ? {
              type: 'CommandAccepted',
              data: { issuedAt: issued.revision, ...(result.position ? { position: result.position } : {}) },
            }
          : { type: 'CommandRefused', data: { issuedAt: issued.revision, code: result.code } },
        confirm,
      );
      reach('dispatcher.after-outcome');
    },
    // The process must learn that nothing will come of it, or it would wait in silence.
    skip: (issued, _sequence, confirm) =>
      recordOutcome(
        issued,
        { type: 'CommandRefused', data: { issuedAt: issued.revision, code: skippedByOperator } },
        confirm,
      ),
  };
};

const hasOutcome = (process: LoadedProcess, issuedAt: number): boolean =>
  process.events.some((recorded) => {
    const event = asProcessEvent(recorded);
    return (
      (event.type === 'CommandAccepted' || event.type === 'CommandRefused') &&
      event.data.issuedAt === issuedAt
    );
  });

const within = async <Result>(work: Promise<Result>, ms: number): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SendTimeout('a command was not carried out in time')), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};
