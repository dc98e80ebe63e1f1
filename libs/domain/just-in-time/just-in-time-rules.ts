import { type DataClass, ensure, type PlainDate } from '#kernel';
import type { GlassRelation } from './just-in-time.events.js';

/** What may be opened for minutes, by whom, for how long. */
export interface JustInTimeRules {
  /** First day on which they hold. */
  readonly from: PlainDate;
  /** How long a broken glass opens. The vault admits no more than 60. */
  readonly glassMinutes: number;
  /** Within which a second person confirms it. */
  readonly confirmMinutes: number;
  /** Classes that a glass opens, by the part in the case (need-to-know matrix; what is not here stays shut). */
  readonly glassOpens: Readonly<Record<GlassRelation, readonly DataClass[]>>;
  /** No glass opens these, for anybody: sources and adversaries, other persons' data, care, crime. So the vault, too. */
  readonly never: readonly DataClass[];
  /** How long a joint opening lasts. The vault admits no more than 15. */
  readonly jointMinutes: number;
  /** Within which a second person answers a request for one. */
  readonly jointAnswerMinutes: number;
  readonly source: string;
}

/** Dated data: a change is a new row, never an edit. */
export const justInTimeRules: readonly JustInTimeRules[] = [
  {
    from: '2025-01-01',
    glassMinutes: 60,
    confirmMinutes: 60,
    glassOpens: {
      HOME_BOARD: ['address', 'threat-advice', 'destination'],
      // An address where a decision says where the person stays: that of a placement stands in the alarm plan.
      HOME_DUTY: ['identity', 'destination', 'threat-advice', 'address'],
      HOME_POLICE: ['identity', 'destination', 'address'],
      // Who fetches the person must know whom, also when the waiver has gone and the alarm plan alone still stands.
      RECEIVING_POLICE: ['identity', 'destination', 'address', 'threat-advice'],
      NATIONAL_COORDINATOR: ['identity'],
    },
    never: ['threat-detail', 'family', 'health', 'social', 'offence', 'cost'],
    jointMinutes: 15,
    jointAnswerMinutes: 60,
    source:
      'design 9 point 10; matrix 1.2, cells J, F and S post of receiving Police, and the break-glass of the coordinator',
  },
];

/** The rules of a day. @throws RangeError before the first */
export const justInTimeRulesOn = (day: PlainDate, rules = justInTimeRules): JustInTimeRules => {
  const found = rules.findLast(({ from }) => from <= day);
  if (!found) throw new RangeError('there were no rules of opening just in time yet');
  return found;
};

/** Classes that say where somebody is: nobody's with a pass but while somebody may stand there. */
export const placeClasses: readonly DataClass[] = ['destination', 'address'];

/** Parts that fetch the person: theirs to know for as long as somebody may stand there, whatever becomes of the case. */
export const rescuers: readonly GlassRelation[] = ['HOME_DUTY', 'RECEIVING_POLICE'];

/**
 * Parts that fetch a person from where a decision says that he or she stays: no alarm plan names that place, and no region of
 * its own stands for it. While a place of the case is known to somebody who must not know it, it is open to these alone.
 */
export const fetchFromDecided: readonly GlassRelation[] = [...rescuers, 'HOME_POLICE'];

interface Asked {
  readonly relation: GlassRelation;
  readonly classes: readonly DataClass[];
  /** Whether a decision of the case says where the person stays; left out where that was asked before. */
  readonly decided?: boolean;
}

/** Whether a glass of this part opens all that is asked for. */
export const mayOpen = ({ relation, classes, decided = true }: Asked, rules: JustInTimeRules): boolean =>
  classes.length > 0 &&
  (decided || relation !== 'HOME_DUTY' || !classes.includes('address')) &&
  classes.every((one) => rules.glassOpens[relation].includes(one) && !rules.never.includes(one));

/** @throws DomainError break_glass.stays_shut when one of the classes is not this part's to open, or nobody's */
export const ensureGlassOpens = (asked: Asked, rules: JustInTimeRules): void =>
  ensure(mayOpen(asked, rules), 'break_glass.stays_shut');
