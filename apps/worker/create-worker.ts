import type { Pool } from 'pg';
import type { ProcessInput } from '#kernel';
import { createSystemSender, Facts } from '#application';
import type { EventStore } from '#event-store';
import { notaryConsumer, type NotarySigner } from '#notary';
import type { Clock, CrashPoints, Logger } from '#platform';
import { processManagers } from '#processes';
import { allProjections } from '#projections';
import { registerProcess, type RunnerRole, Runners, type RunnersSettings } from '#subscriptions';

export interface WorkerOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  /** All by default. */
  readonly roles?: readonly RunnerRole[];
  /** For the role `notary`: a store with the verbatim codec, and the key that signs. */
  readonly notary?: { readonly store: EventStore; readonly signer: NotarySigner };
  readonly crashPoints?: CrashPoints;
  /** Name of this worker, under which it takes its leases back after a restart. */
  readonly holder?: string;
  readonly settings?: Partial<RunnersSettings>;
}

/**
 * Everything that runs behind the api: projections, processes with their dispatcher, deadlines, the notary. It is given
 * no key that opens anything: it moves envelopes from place to place and could not open one.
 */
export const createWorker = (options: WorkerOptions): Runners => {
  const { notary, ...others } = options;
  const facts = new Facts(options.store, async () => undefined);
  return new Runners({
    ...others,
    ...(notary && {
      notary: { store: notary.store, consumer: notaryConsumer(notary.signer, options.clock) },
    }),
    projections: allProjections,
    processes: processManagers.map((manager) =>
      registerProcess(
        manager,
        async (input) => ({ rules: await facts.rulesAt(happenedAt(input)) }),
        ({ rules }) => ({ rulesVersion: rules.version }),
      ),
    ),
    sender: createSystemSender(options, options.clock),
  });
};

/** History is judged by the rules of its day, so that a late or repeated look gives the same answer. */
const happenedAt = (input: ProcessInput): string =>
  input.kind === 'event' ? input.event.metadata.occurredAt : input.at;
