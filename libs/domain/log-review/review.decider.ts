import { assertNever, type Decider, derivedId, ensure, type PlainDate, type Token } from '#kernel';
import type { ReviewCommand } from './log-review.commands.js';
import type { RecordKind, ReviewEvent, ReviewOutcome, ReviewReason } from './log-review.events.js';

type Data<Type extends ReviewEvent['type']> = Extract<ReviewEvent, { type: Type }>['data'];

export type ReviewState =
  | { readonly status: 'NONE' }
  | {
      readonly status: 'OPEN' | 'SETTLED';
      readonly reviewId: string;
      readonly organisation: Token;
      readonly of: RecordKind;
      /** What set it off names nobody, by its nature. */
      readonly ofNobody: boolean;
      readonly records: readonly number[];
      readonly settled: Readonly<Record<number, Data<'ReviewSettled'>>>;
    };

/** Which reasons go with which outcome. */
export const reasonsOf: Readonly<Record<ReviewOutcome, readonly ReviewReason[]>> = {
  FINE: ['TASK_SEEN', 'ORDERED_BY_SUPERVISOR', 'EMERGENCY'],
  FOLLOW_UP: ['NO_TASK_SEEN', 'PURPOSE_DOUBTFUL', 'MORE_THAN_NEEDED', 'LOGIN_NOT_OWN'],
};

/**
 * The openings that are drawn: so many in a thousand, one at least, in an order that only the day, the agency and the
 * numbers themselves give. Who knows them draws the same again, and nobody can say that a record was picked.
 */
export const drawn = (
  openings: readonly number[],
  { organisation, day, permille }: { organisation: Token; day: PlainDate; permille: number },
): readonly number[] => {
  const count = Math.min(openings.length, Math.max(1, Math.ceil((openings.length * permille) / 1_000)));
  return [...new Set(openings)]
    .map((record) => ({ record, place: derivedId('log-review', organisation, day, record) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .slice(0, count)
    .map(({ record }) => record)
    .sort((a, b) => a - b);
};

export const reviewDecider: Decider<ReviewCommand, ReviewEvent, ReviewState> = {
  initialState: { status: 'NONE' },

  decide(command, state) {
    switch (command.type) {
      case 'SampleReads': {
        const { openings, ...data } = command.data;
        // A day is drawn once: what comes to light later was recorded in time, or it would not have been opened.
        if (state.status !== 'NONE' || openings.length === 0) return [];
        const { organisation, day, samplePermille: permille } = data;
        const records = drawn(openings, { organisation, day, permille });
        return [{ type: 'ReviewSampled', data: { ...data, outOf: openings.length, records } }];
      }
      case 'AlertReview':
        return state.status === 'NONE' ? [{ type: 'ReviewAlerted', data: command.data }] : [];
      case 'SettleReview':
        return settle(command, state);
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'ReviewSampled': {
        const { reviewId, organisation, records } = event.data;
        return { status: 'OPEN', reviewId, organisation, of: 'READS', ofNobody: false, records, settled: {} };
      }
      case 'ReviewAlerted': {
        const { reviewId, organisation, of, record, pattern } = event.data;
        const ofNobody = pattern === 'MANY_BAD_TOKENS';
        return { status: 'OPEN', reviewId, organisation, of, ofNobody, records: [record], settled: {} };
      }
      case 'ReviewSettled': {
        if (state.status === 'NONE') return state;
        const settled = { ...state.settled, [event.data.record]: event.data };
        const status = state.records.every((record) => record in settled) ? 'SETTLED' : 'OPEN';
        return { ...state, status, settled };
      }
      default:
        return assertNever(event);
    }
  },
};

const settle = (
  { data, by }: Extract<ReviewCommand, { type: 'SettleReview' }>,
  state: ReviewState,
): readonly ReviewEvent[] => {
  const { personOfRecord, ...settling } = data;
  // Another agency's review is not there.
  ensure(state.status !== 'NONE' && state.organisation === by.organisation, 'review.unknown');
  ensure(state.records.includes(data.record), 'review.unknown');
  // Of whom a record is nobody can say, and so nobody can say that it is not the reviewer's own; but for tokens that
  // were no good, which nobody could ever settle then.
  ensure(personOfRecord === undefined ? state.ofNobody : personOfRecord !== by.person, 'review.own_record');
  ensure(reasonsOf[data.outcome].includes(data.reason), 'review.reason_does_not_fit');
  const before = state.settled[data.record];
  if (before) {
    ensure(before.outcome === data.outcome && before.reason === data.reason, 'review.already_settled');
    return [];
  }
  return [
    {
      type: 'ReviewSettled',
      data: { ...settling, organisation: state.organisation, settledBy: by.person },
    },
  ];
};
