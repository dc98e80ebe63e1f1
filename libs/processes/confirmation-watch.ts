import { addDays, type AgencyKind, derivedId, type Instant, plainDateOf, type ProcessManager } from '#kernel';
import { addHours, type RecordedEvent, type Token } from '#kernel';
import type { GlassEvent, GlassRelation, JointOpeningEvent } from '#domain/just-in-time';
import { reviewRulesOn, type ReviewRules } from '#domain/log-review';
import { type Agency, send } from './system-commands.js';

const handled = ['GlassConfirmed', 'GlassConfirmedLate', 'JointOpeningApproved'] as const satisfies readonly (
  GlassEvent['type'] | JointOpeningEvent['type']
)[];
type Confirmed = Extract<GlassEvent | JointOpeningEvent, { type: (typeof handled)[number] }>;

/** That one of two persons said yes to what the other wanted to open. */
interface Confirmation {
  readonly id: string;
  readonly kind: 'GLASS' | 'JOINT';
  readonly of: Token;
  readonly by: Token;
  readonly at: Instant;
}

export interface ConfirmationWatchState {
  /** Of the last days, as many as the rules look back. */
  readonly confirmations: readonly Confirmation[];
}

/**
 * A second person who is always the same one, and for whom the first is the second, is no second person; nor is one in a
 * ring of three (A confirms for B, B for C, C for A). The reviewers of the agency whose glass or opening it was are told, once
 * a month. One instance for each quarter, in which every confirmation of it stands and of the one before: whatever the case,
 * and longer than the rules look back.
 */
export const confirmationWatch: ProcessManager<ConfirmationWatchState, object> = {
  name: 'confirmation-watch',
  handles: handled,
  route(event) {
    const found = confirmationIn(event);
    return found ? quartersOf(found.at) : [];
  },
  initialState: { confirmations: [] },

  react(input, state) {
    // Nobody is asked once more: an alert is there or is not new.
    if (input.kind !== 'event') return [];
    const found = confirmationIn(input.event);
    if (!found) return [];
    const { kind, at } = found;
    const rules = reviewRulesOn(plainDateOf(at));
    const { organisation, agencyKind, record } = reviewedAt(input.event);
    const month = plainDateOf(at).slice(0, 7);
    return circlesOf([...state.confirmations, found], found, rules).map((circle) => {
      const alert = {
        reviewId: derivedId('review', 'CONFIRMATIONS_TRADED', organisation, circle, kind, month),
        organisation,
        agencyKind,
        pattern: 'CONFIRMATIONS_TRADED' as const,
        of: 'READS' as const,
        record,
        settleBy: addHours(at, rules.settleAlertDays * 24),
      };
      return send('AlertReview', alert, { organisation, agencyKind });
    });
  },

  evolve(state, step) {
    if (!('input' in step) || step.input.kind !== 'event') return state;
    const found = confirmationIn(step.input.event);
    if (!found || state.confirmations.some(({ id }) => id === found.id)) return state;
    return { confirmations: lately([...state.confirmations, found], found.at) };
  },
};

const lately = (confirmations: readonly Confirmation[], at: Instant): readonly Confirmation[] => {
  const { traded } = reviewRulesOn(plainDateOf(at));
  const since = addDays(plainDateOf(at), -traded.days);
  return confirmations.filter((one) => plainDateOf(one.at) >= since);
};

/** The circles of two and of three that the last confirmation closes, each by a name of its own. */
const circlesOf = (
  confirmations: readonly Confirmation[],
  { kind, of, by, at }: Confirmation,
  { traded }: ReviewRules,
): readonly string[] => {
  const recent = lately(confirmations, at).filter((one) => one.kind === kind);
  const persons = new Set(recent.flatMap((one) => [one.of, one.by]));
  const confirms = (who: Token, whose: Token): boolean =>
    new Set(recent.flatMap((one) => (one.by === who && one.of === whose ? [one.id] : []))).size >=
    traded[kind];
  if (!confirms(by, of)) return [];
  const thirds = [...persons].filter((one) => one !== of && one !== by);
  return [
    ...(confirms(of, by) ? [derivedId('pair', ...[of, by].sort())] : []),
    ...thirds
      .filter((third) => confirms(of, third) && confirms(third, by))
      .map((third) => derivedId('ring', ...[of, by, third].sort())),
  ];
};

/** The quarter of an instant and the next one, each as an instance. */
const quartersOf = (at: Instant): readonly string[] => {
  const [year, month] = plainDateOf(at).split('-').map(Number);
  const quarter = year! * 4 + Math.floor((month! - 1) / 3);
  return [quarter, quarter + 1].map((one) => derivedId('quarter', String(one)));
};

/** Undefined where the event is of a build that did not say whose it was. */
const confirmationIn = (event: RecordedEvent): Confirmation | undefined => {
  const { type, data } = confirmed(event);
  const { occurredAt: at } = event.metadata;
  if (type === 'JointOpeningApproved')
    return data.requestedBy === undefined
      ? undefined
      : { id: data.openingId, kind: 'JOINT', of: data.requestedBy, by: data.approvedBy, at };
  return data.brokenBy === undefined
    ? undefined
    : { id: data.glassId, kind: 'GLASS', of: data.brokenBy, by: data.confirmedBy, at };
};

/** The agency of the one who wanted to open, and the record of it there. */
const reviewedAt = (event: RecordedEvent): Agency & { readonly record: number } => {
  const { type, data } = confirmed(event);
  const { organisation, agencyKind } = event.metadata;
  // A joint opening is approved at the board that asked.
  if (type === 'JointOpeningApproved') return { organisation, agencyKind, record: data.record };
  const { brokenAt = organisation, relation, record = 0 } = data;
  return {
    organisation: brokenAt,
    agencyKind: relation === undefined ? agencyKind : agencyOf[relation],
    record,
  };
};

const agencyOf: Readonly<Record<GlassRelation, AgencyKind>> = {
  HOME_BOARD: 'SOCIAL_BOARD',
  HOME_DUTY: 'SOCIAL_BOARD',
  HOME_POLICE: 'POLICE',
  RECEIVING_POLICE: 'POLICE',
  NATIONAL_COORDINATOR: 'NATIONAL_COORDINATOR',
};

const confirmed = (event: RecordedEvent): Confirmed =>
  ({ type: event.type, data: event.data }) as unknown as Confirmed;
