import type { PlainDate } from '#kernel';

/** How the records of reads are checked. */
export interface ReviewRules {
  /** First day on which they hold. */
  readonly from: PlainDate;
  /** Of each agency's openings of one day, how many in a thousand are drawn; one at least. */
  readonly samplePermille: number;
  /** Days within which a reviewer settles what was drawn. */
  readonly settleSampleDays: number;
  /** The same for an alert. */
  readonly settleAlertDays: number;
  /** So many refusals of one person within so many minutes are a pattern. */
  readonly refusals: { readonly count: number; readonly minutes: number };
  /** So many refusals that name nobody (no good token) within one hour are a pattern. */
  readonly badTokensInAnHour: number;
  /** So many checks of candidates by one official within so many hours, over all cases, are a pattern. */
  readonly checks: { readonly count: number; readonly hours: number };
  /**
   * So many within so many days, each way, of two persons who confirm each other's glasses or approve each other's joint
   * openings, are a pattern.
   */
  readonly traded: { readonly days: number; readonly GLASS: number; readonly JOINT: number };
  /**
   * Alarm plans of so many cases that one person opens within so many hours are a pattern; and any, by somebody whose
   * appointment there was registered less than so many days before.
   */
  readonly alarmPlans: { readonly cases: number; readonly hours: number; readonly newForDays: number };
  /** A case in which nothing has happened for so many days gives nobody a task. */
  readonly quietDays: number;
  readonly source: string;
}

/** Dated data: a change is a new row, never an edit, and what was drawn under a row is drawn again the same. */
export const reviewRules: readonly ReviewRules[] = [
  {
    from: '2025-01-01',
    samplePermille: 50,
    settleSampleDays: 14,
    settleAlertDays: 2,
    refusals: { count: 10, minutes: 60 },
    badTokensInAnHour: 100,
    checks: { count: 30, hours: 24 },
    traded: { days: 30, GLASS: 1, JOINT: 3 },
    alarmPlans: { cases: 3, hours: 24, newForDays: 7 },
    quietDays: 90,
    source:
      'design; SoLPuL 10 § and HSLF-FS 2016:40 4:9 ask for systematic, recurring checks and give no numbers',
  },
];

/** The rules of a day. @throws RangeError before the first */
export const reviewRulesOn = (day: PlainDate, rules = reviewRules): ReviewRules => {
  const found = rules.findLast(({ from }) => from <= day);
  if (!found) throw new RangeError('there were no rules of review yet');
  return found;
};
