import type { AgencyKind, Instant, Period, PlainDate } from '#kernel';

/** What an authority charges for copies of what it releases: whole öre, so that nothing is ever rounded. */
export interface CopyFees {
  /** Orders up to here cost nothing. */
  readonly freePages: number;
  /** So many pages are covered by the first amount. */
  readonly firstPages: number;
  readonly firstPagesOre: number;
  readonly furtherPageOre: number;
}

/** How one authority numbers what comes in, and what its council has decided for copies. */
export interface RegisterRules {
  readonly version: number;
  /** For example `SN {YYYY}/{N}`; see registry-number.ts. */
  readonly pattern?: string;
  /** Municipalities only: authorities under the government follow the ordinance. */
  readonly copyFees?: CopyFees;
  /** The decision that it comes from. */
  readonly source: string;
}

/** Authorities under the government (avgiftsförordningen 1992:191 section 1); the others need a decision of their council. */
export const stateAgencies: readonly AgencyKind[] = ['POLICE', 'NATIONAL_COORDINATOR', 'TAX_AGENCY'];

interface StateFees {
  readonly fees: CopyFees;
  readonly source: string;
  readonly from: PlainDate;
  readonly until?: PlainDate;
}

/**
 * Avgiftsförordningen (1992:191): the first ten pages 50 kr, each page beyond 2 kr (as Ekobrottsmyndigheten publishes it);
 * orders of fewer than ten pages are free. A change is a new row.
 */
const stateFees: readonly StateFees[] = [
  {
    fees: { freePages: 9, firstPages: 10, firstPagesOre: 5_000, furtherPageOre: 200 },
    source: 'Avgiftsförordningen (1992:191)',
    from: '1992-07-01',
  },
];

const noFees: CopyFees = { freePages: 0, firstPages: 0, firstPagesOre: 0, furtherPageOre: 0 };

/**
 * The fees that hold for an authority on a day. A municipality whose council has decided none may charge none.
 * @param own what was enacted for this authority's register
 */
export const copyFeesOf = (authority: AgencyKind, own: RegisterRules | undefined, on: PlainDate): CopyFees =>
  stateAgencies.includes(authority)
    ? (stateFees.findLast(({ from, until }) => from <= on && (until === undefined || on <= until))?.fees ??
      noFees)
    : (own?.copyFees ?? noFees);

/** What an order of so many pages costs, in öre. @throws RangeError when it is no number of pages */
export const copyFee = (pages: number, fees: CopyFees): number => {
  if (!Number.isSafeInteger(pages) || pages < 0) throw new RangeError('not a number of pages');
  if (pages <= fees.freePages || pages === 0) return 0;
  return fees.firstPagesOre + Math.max(0, pages - fees.firstPages) * fees.furtherPageOre;
};

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** A larger order never costs less than a smaller one, and all of it is whole öre. */
export const areCopyFees = ({ freePages, firstPages, firstPagesOre, furtherPageOre }: CopyFees): boolean =>
  [freePages, firstPages, firstPagesOre, furtherPageOre].every(isWhole);

interface DatedClock {
  readonly period: Period;
  readonly source: string;
  readonly from: PlainDate;
  readonly until?: PlainDate;
}

export const publicAccessClocks = ['ANSWER', 'DECISION', 'APPEAL'] as const;
export type PublicAccessClock = (typeof publicAccessClocks)[number];

/** Law says "without delay" and "promptly": in days that is a decision of this project, which only calls attention. */
const clocks: Readonly<Record<PublicAccessClock, readonly DatedClock[]>> = {
  ANSWER: [
    {
      period: { calendar: 'WORKING', amount: 1, unit: 'DAYS' },
      source: 'TF 2:15: at once or as soon as possible; one working day by design',
      from: '2009-06-30',
    },
  ],
  DECISION: [
    {
      period: { calendar: 'WORKING', amount: 1, unit: 'DAYS' },
      source: 'OSL 6:3, TF 2:19: promptly; one working day by design',
      from: '2009-06-30',
    },
  ],
  APPEAL: [
    {
      period: { calendar: 'STATUTORY', amount: 3, unit: 'WEEKS' },
      source: 'FL (2017:900) 44 §: three weeks from the day on which the decision was received',
      from: '2018-07-01',
    },
  ],
};

/** The clock in force on a day. @throws RangeError for a day before there was one */
export const clockOn = (name: PublicAccessClock, on: PlainDate): Period => {
  const clock = clocks[name].findLast(
    ({ from, until }) => from <= on && (until === undefined || on <= until),
  );
  if (!clock) throw new RangeError(`no clock ${name} on that day`);
  return clock.period;
};

/** A set of rules of a register and the first instant at which it is in force. */
export interface EnactedRegisterRules {
  readonly rules: RegisterRules;
  readonly inForceFrom: Instant;
}
