import { assertNever, type Decider, ensure, type Instant, plainDateOf, type Token } from '#kernel';
import type { JointOpeningCommand } from './just-in-time.commands.js';
import type { JointOpeningEvent } from './just-in-time.events.js';
import { justInTimeRulesOn } from './just-in-time-rules.js';

export interface JointOpening {
  readonly subject: string;
  readonly organisation: Token;
  readonly requestedBy: Token;
  readonly purpose: string;
  readonly answerBy: Instant;
  readonly answer?: 'APPROVED' | 'REJECTED';
  readonly answeredBy?: Token;
  readonly expiresAt?: Instant;
}

export type JointOpeningState =
  | { readonly status: 'NONE' }
  | { readonly status: 'ASKED'; readonly openings: Readonly<Record<string, JointOpening>> };

const openingsIn = (state: JointOpeningState): Readonly<Record<string, JointOpening>> =>
  state.status === 'ASKED' ? state.openings : {};

/** An opening that was approved and has not run out at an instant. */
export const openJointlyAt = (
  state: JointOpeningState,
  openingId: string,
  at: Instant,
): JointOpening | undefined => {
  const opening = openingsIn(state)[openingId];
  return opening?.expiresAt !== undefined && at < opening.expiresAt ? opening : undefined;
};

/** Who asked, and for what; for the handler that lets that person in. @throws DomainError as the decider would */
export const answerable = (
  state: JointOpeningState,
  {
    openingId,
    person,
    organisation,
    at,
  }: { openingId: string; person: Token; organisation: Token; at: Instant },
): JointOpening => {
  const opening = openingsIn(state)[openingId];
  // Another authority's request is not there.
  ensure(opening !== undefined && opening.organisation === organisation, 'joint_opening.unknown');
  ensure(opening.requestedBy !== person, 'joint_opening.same_person');
  ensure(opening.answer !== undefined || at < opening.answerBy, 'joint_opening.too_late');
  return opening;
};

export const jointOpeningDecider: Decider<JointOpeningCommand, JointOpeningEvent, JointOpeningState> = {
  initialState: { status: 'NONE' },

  decide(command, state) {
    const { at, by } = command;
    const rules = justInTimeRulesOn(plainDateOf(at));
    switch (command.type) {
      case 'RequestJointOpening': {
        if (openingsIn(state)[command.data.openingId]) return [];
        return [
          {
            type: 'JointOpeningRequested',
            data: {
              ...command.data,
              organisation: by.organisation,
              requestedBy: by.person,
              answerBy: minutesAfter(at, rules.jointAnswerMinutes),
            },
          },
        ];
      }
      case 'ApproveJointOpening':
      case 'RejectJointOpening': {
        const { caseId, openingId } = command.data;
        const { person, organisation } = by;
        const opening = answerable(state, { openingId, person, organisation, at });
        const answer = command.type === 'ApproveJointOpening' ? 'APPROVED' : 'REJECTED';
        if (opening.answer === answer) return [];
        ensure(opening.answer === undefined, 'joint_opening.already_answered');
        if (command.type === 'RejectJointOpening')
          return [{ type: 'JointOpeningRejected', data: { caseId, openingId, rejectedBy: person } }];
        const { record } = command.data;
        const expiresAt = minutesAfter(at, rules.jointMinutes);
        return [
          {
            type: 'JointOpeningApproved',
            data: {
              caseId,
              openingId,
              approvedBy: person,
              requestedBy: opening.requestedBy,
              record,
              from: at,
              expiresAt,
            },
          },
        ];
      }
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    const openings = openingsIn(state);
    const { openingId } = event.data;
    const answered = (over: Partial<JointOpening>): JointOpeningState => {
      const known = openings[openingId];
      return known
        ? { status: 'ASKED', openings: { ...openings, [openingId]: { ...known, ...over } } }
        : state;
    };
    switch (event.type) {
      case 'JointOpeningRequested': {
        const { subject, organisation, requestedBy, purpose, answerBy } = event.data;
        const opening = { subject, organisation, requestedBy, purpose, answerBy };
        return { status: 'ASKED', openings: { ...openings, [openingId]: opening } };
      }
      case 'JointOpeningApproved': {
        const { approvedBy: answeredBy, expiresAt } = event.data;
        return answered({ answer: 'APPROVED', answeredBy, expiresAt });
      }
      case 'JointOpeningRejected':
        return answered({ answer: 'REJECTED', answeredBy: event.data.rejectedBy });
      default:
        return assertNever(event);
    }
  },
};

const minutesAfter = (at: Instant, minutes: number): Instant =>
  new Date(Date.parse(at) + minutes * 60_000).toISOString();
