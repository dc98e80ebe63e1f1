import type { RecordedEvent } from '#kernel';
import type { AppointmentEvent } from '#domain/appointment';
import type { ConsentEvent } from '#domain/consent';
import type { AreaEvent, DestinationEvent } from '#domain/destination';
import type { DisclosureEvent, InquiryEvent, ServedDecisionEvent } from '#domain/disclosure';
import type { ErasureEvent } from '#domain/erasure';
import type { GlassEvent, JointOpeningEvent } from '#domain/just-in-time';
import type { ReviewEvent } from '#domain/log-review';
import type { PlacementEvent } from '#domain/placement';
import type { ProtectedDataEvent } from '#domain/protected-data';
import type { PublicAccessEvent } from '#domain/public-access';
import type { ClaimEvent, RelocationEvent } from '#domain/relocation';
import type { ThreatAssessmentEvent } from '#domain/threat-assessment';

/** Everything that a read model may be made from. */
export type DomainEvent =
  | RelocationEvent
  | ClaimEvent
  | DisclosureEvent
  | InquiryEvent
  | ServedDecisionEvent
  | ThreatAssessmentEvent
  | ConsentEvent
  | PlacementEvent
  | AreaEvent
  | DestinationEvent
  | AppointmentEvent
  | ErasureEvent
  | PublicAccessEvent
  | ProtectedDataEvent
  | ReviewEvent
  | GlassEvent
  | JointOpeningEvent;

export type EventType = DomainEvent['type'];
export type DataOf<Type extends EventType> = Extract<DomainEvent, { type: Type }>['data'];

/** The event with its type back: the log is read through the codec, which lets only known types pass. */
export const domainEvent = (event: RecordedEvent): DomainEvent =>
  ({ type: event.type, data: event.data }) as DomainEvent;

/** The case is the sequence: its events stay in order and are parked together. */
export const caseOf = (event: RecordedEvent): string => {
  const { caseId } = event.data as { caseId?: unknown };
  if (typeof caseId !== 'string') throw new Error(`${event.type} belongs to no case`);
  return caseId;
};

/** Follow-ups as all who take part see them. */
export interface FollowUp {
  readonly number: number;
  readonly dueAt: string;
  readonly state: 'DUE' | 'HELD' | 'MISSED';
  readonly heldOn?: string;
  readonly outcome?: DataOf<'FollowUpRecorded'>['outcome'];
}

/** The list after one of the three follow-up events; other events leave it as it is. */
export const followUpsAfter = (list: readonly FollowUp[], event: DomainEvent): readonly FollowUp[] => {
  switch (event.type) {
    case 'FollowUpOrdered': {
      const { number, dueAt } = event.data;
      return [...list.filter((one) => one.number !== number), { number, dueAt, state: 'DUE' }];
    }
    case 'FollowUpRecorded': {
      const { number, heldOn, outcome } = event.data;
      return list.map((one) => (one.number === number ? { ...one, state: 'HELD', heldOn, outcome } : one));
    }
    case 'FollowUpMissed':
      return list.map((one) =>
        one.number === event.data.number && one.state === 'DUE' ? { ...one, state: 'MISSED' } : one,
      );
    default:
      return list;
  }
};
