import { derivedId, eventIdOf, streamName, type Actor, type Instant, type RecordedEvent } from '#kernel';
import type { EventStore } from '#event-store';
import type { Pool } from 'pg';
import { inTransaction } from './transaction.js';

/** Where decisions about parked sequences are recorded. Every runner reads the log, and so learns of its own here. */
export const parkedDecisionsStream = streamName('operations', 'parked');

/** Why an event was skipped: a closed list, since free text in clear could hold a name. */
export const skipReasons = [
  'DEFECT_CORRECTED_BY_LATER_EVENT',
  'EFFECT_DONE_BY_HAND',
  'EVENT_OF_NO_CONSEQUENCE',
  'READ_MODEL_WILL_BE_REBUILT',
] as const;
export type SkipReason = (typeof skipReasons)[number];

export const isSkipReason = (value: unknown): value is SkipReason =>
  skipReasons.includes(value as SkipReason);

/** Number of the ticket that tells the story, for example OPS-1234. */
export const ticketPattern = /^[A-Z]{2,10}-\d{1,9}$/;

interface ParkedAt {
  readonly subscription: string;
  readonly sequence: string;
  /** The event at the front of the sequence when the decision was made. */
  readonly event: string;
}

export type ParkedDecision =
  | { readonly type: 'ParkedSequenceRetried'; readonly data: ParkedAt }
  | {
      readonly type: 'ParkedSequenceSkipped';
      readonly data: ParkedAt & { readonly reason: SkipReason; readonly ticket: string };
    };

export const parkedDecisionTypes = [
  'ParkedSequenceRetried',
  'ParkedSequenceSkipped',
] as const satisfies readonly ParkedDecision['type'][];

/** The decision in an event, when it is one about this subscription. */
export const decisionFor = (subscription: string, event: RecordedEvent): ParkedDecision | undefined => {
  if (event.stream !== parkedDecisionsStream) return undefined;
  if (!parkedDecisionTypes.includes(event.type as ParkedDecision['type'])) return undefined;
  const decision = { type: event.type, data: event.data } as ParkedDecision;
  return decision.data.subscription === subscription ? decision : undefined;
};

export interface ParkedSequence {
  readonly subscription: string;
  readonly sequence: string;
  readonly eventId: string;
  readonly position: string;
  readonly state: 'retrying' | 'parked' | 'queued';
  readonly errorCode: string | null;
  readonly attempts: number;
  readonly parkedAt: Instant;
  /** Events that wait behind the first. */
  readonly queued: number;
}

/** Nothing of that name is parked. */
export class NotParked extends Error {
  override readonly name = 'NotParked';
}

/** What an operator may do about parked sequences: look, try again, skip the first event. */
export class ParkedSequences {
  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly now: () => Date,
    /** Of the build that records the decision. */
    private readonly policyVersion: string,
  ) {}

  async list(): Promise<readonly ParkedSequence[]> {
    return inTransaction(this.pool, { role: 'subs_reader', idleLimitMs: 5_000 }, async (transaction) => {
      const { rows } = await transaction.query<Omit<ParkedSequence, 'parkedAt'> & { parkedAt: Date }>(
        `select distinct on (subscription, sequence) subscription, sequence, event_id as "eventId", position, state,
           error_code as "errorCode", attempts, parked_at as "parkedAt",
           (count(*) over (partition by subscription, sequence) - 1)::float8 as queued
         from subs.parked order by subscription, sequence, position collate "C"`,
      );
      return rows.map((row) => ({ ...row, parkedAt: row.parkedAt.toISOString() }));
    });
  }

  /** Records the wish; the runner that holds the subscription carries it out. @throws NotParked */
  async retry(subscription: string, sequence: string, by: Actor): Promise<void> {
    const { eventId } = await this.#getFirst(subscription, sequence);
    await this.#record(
      { type: 'ParkedSequenceRetried', data: { subscription, sequence, event: eventId } },
      by,
    );
  }

  /** Records that the first event of the sequence is left out for a reason; those behind it are then tried. @throws NotParked */
  async skip(
    subscription: string,
    sequence: string,
    why: { readonly reason: SkipReason; readonly ticket: string },
    by: Actor,
  ): Promise<void> {
    if (!isSkipReason(why.reason))
      throw new RangeError(`the reason must be one of ${skipReasons.join(', ')}`);
    if (!ticketPattern.test(why.ticket)) throw new RangeError('the ticket must look like OPS-1234');
    const { eventId } = await this.#getFirst(subscription, sequence);
    await this.#record(
      {
        type: 'ParkedSequenceSkipped',
        data: { subscription, sequence, event: eventId, reason: why.reason, ticket: why.ticket },
      },
      by,
    );
  }

  async #getFirst(subscription: string, sequence: string): Promise<ParkedSequence> {
    const found = (await this.list()).find(
      (parked) => parked.subscription === subscription && parked.sequence === sequence,
    );
    if (!found) throw new NotParked('nothing is parked under this subscription and sequence');
    return found;
  }

  async #record(decision: ParkedDecision, by: Actor): Promise<void> {
    for (;;) {
      const revision = (await this.store.readStream(parkedDecisionsStream))?.revision;
      const next = revision === undefined ? 0 : revision + 1;
      const commandId = derivedId('parked-decision', by.person, next, decision.type, decision.data.event);
      const result = await this.store.append({
        stream: parkedDecisionsStream,
        expectedRevision: revision ?? 'no-stream',
        events: [
          {
            id: eventIdOf(parkedDecisionsStream, commandId, 0),
            type: decision.type,
            schemaVersion: 1,
            data: decision.data,
            metadata: {
              $correlationId: commandId,
              $causationId: commandId,
              commandId,
              commandFingerprint: 'none',
              actor: by.person,
              organisation: by.organisation,
              agencyKind: by.agencyKind,
              legalBasis: 'OPERATIONS',
              purpose: 'operations',
              policyVersion: this.policyVersion,
              occurredAt: this.now().toISOString(),
            },
          },
        ],
      });
      if (result.outcome === 'appended') return;
    }
  }
}
