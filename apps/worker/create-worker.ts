import type { Pool } from 'pg';
import type { ProcessInput } from '#kernel';
import { createSystemSender, Facts } from '#application';
import type { EventStore } from '#event-store';
import type { Clock, CrashPoints, Logger } from '#platform';
import { processManagers } from '#processes';
import { allProjections } from '#projections';
import {
  type ProcessRegistration,
  registerProcess,
  type RunnerRole,
  Runners,
  type RunnersSettings,
} from '#subscriptions';

export interface WorkerOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  /** All by default. */
  readonly roles?: readonly RunnerRole[];
  readonly crashPoints?: CrashPoints;
  /** Name of this worker, under which it takes its leases back after a restart. */
  readonly holder?: string;
  readonly settings?: Partial<RunnersSettings>;
}

/**
 * Everything that runs behind the api: projections, processes with their dispatcher, deadlines. It is given no key: it
 * moves envelopes from place to place and could not open one.
 */
export const createWorker = (options: WorkerOptions): Runners =>
  new Runners({
    ...options,
    projections: allProjections,
    processes: registeredProcesses(options.store),
    sender: createSystemSender(options, options.clock),
  });

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
