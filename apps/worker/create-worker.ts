import type { Pool } from 'pg';
import type { ProcessInput, Projection } from '#kernel';
import { createSystemSender, Facts, LogReview } from '#application';
import type { EventStore } from '#event-store';
import { notaryConsumer, type NotarySigner } from '#notary';
import { type Clock, type CrashPoints, type Logger, type Meter, systemClock, type Tracer } from '#platform';
import { processManagers } from '#processes';
import { allProjections } from '#projections';
import {
  type CommandSender,
  type ProcessRegistration,
  registerProcess,
  type RunnerRole,
  Runners,
  type RunnersSettings,
} from '#subscriptions';
import { countedSender, workerMetrics } from './metrics.js';
import { tracedConsumer, tracedSender } from './tracing.js';

export interface WorkerOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  /** All by default. */
  readonly projections?: readonly Projection[];
  /** All by default. */
  readonly roles?: readonly RunnerRole[];
  /** For the role `notary`: a store with the verbatim codec, and the key that signs. */
  readonly notary?: { readonly store: EventStore; readonly signer: NotarySigner };
  readonly crashPoints?: CrashPoints;
  /** Name of this worker, under which it takes its leases back after a restart. */
  readonly holder?: string;
  readonly settings?: Partial<RunnersSettings>;
  /** Nothing is counted, or traced, when left out. */
  readonly meter?: Meter;
  readonly tracer?: Tracer;
}

/**
 * Everything that runs behind the api: projections, processes with their dispatcher, deadlines, the notary. It is given
 * no key that opens anything: it moves envelopes from place to place and could not open one.
 */
export const createWorker = (options: WorkerOptions): Runners => {
  const { meter, tracer, notary, ...others } = options;
  // Traces and metrics are kept by the machine's clock, whatever day a test has set.
  const now = () => systemClock.now();
  let sender: CommandSender = createSystemSender(options, options.clock);
  if (meter) sender = countedSender(sender, meter);
  if (tracer) sender = tracedSender(sender, tracer);
  const runners = new Runners({
    ...others,
    ...(notary && {
      notary: { store: notary.store, consumer: notaryConsumer(notary.signer, options.clock) },
    }),
    logReview: new LogReview(options),
    projections: options.projections ?? allProjections,
    processes: registeredProcesses(options.store),
    sender,
    ...(tracer && { around: tracedConsumer(tracer, now) }),
  });
  if (meter) workerMetrics(meter, { store: options.store, runners, now });
  return runners;
};

/** Every process with the rules that it looks up in this log. */
export const registeredProcesses = (store: EventStore): readonly ProcessRegistration[] => {
  const facts = new Facts(store, async () => undefined);
  return processManagers.map((manager) =>
    registerProcess(
      manager,
      async (input) => ({ rules: await facts.rulesAt(happenedAt(input)) }),
      ({ rules }) => ({ rulesVersion: rules.version }),
    ),
  );
};

/** History is judged by the rules of its day, so that a late or repeated look gives the same answer. */
const happenedAt = (input: ProcessInput): string =>
  input.kind === 'event' ? input.event.metadata.occurredAt : input.at;
