import { addDays, type PlainDate } from '#kernel';

/** What may be destroyed when, and what never: dated, so that a decision is judged by the rules of its day. */
export interface RetentionRules {
  readonly version: string;
  readonly inForceFrom: PlainDate;
  /** Full years after the last entry. */
  readonly yearsAfterLastEntry: number;
  /** Files of children who were placed are kept. */
  readonly placedChildrenAreKept: boolean;
  /** Kept for research: persons born on these days of a month, wherever they live, */
  readonly researchDays: readonly number[];
  /**
   * How many days to either side of one of them a date in a number makes unsure: a number may be of a nearby day of the month
   * (folkbokföringslagen (1991:481) 18 §, which says no figure).
   */
  readonly nearbyDays: number;
  /** and everybody in these counties and municipalities (first two digits; four digits). */
  readonly researchCounties: readonly string[];
  readonly researchMunicipalities: readonly string[];
  readonly source: string;
}

/** Newest first. */
export const retentionRules: readonly RetentionRules[] = [
  {
    version: '2025-07-01',
    inForceFrom: '2025-07-01',
    yearsAfterLastEntry: 5,
    placedChildrenAreKept: true,
    researchDays: [5, 15, 25],
    nearbyDays: 3,
    // Östergötland, Gotland, Västernorrland; and Göteborg.
    researchCounties: ['05', '09', '22'],
    researchMunicipalities: ['1480'],
    source: 'Socialtjänstförordningen (2025:468) 13 kap.',
  },
];

/** The rules of a day; the oldest for an earlier one. */
export const retentionRulesAt = (day: PlainDate): RetentionRules =>
  retentionRules.find(({ inForceFrom }) => inForceFrom <= day) ?? retentionRules.at(-1)!;

/** What the population register says of the day of birth, by the officers who looked it up: nothing of the date but this. */
export const registeredBirthdays = ['RESEARCH_DAY', 'ANOTHER_DAY'] as const;
export type RegisteredBirthday = (typeof registeredBirthdays)[number];

/** What is known of the day on which somebody was born. What is registered goes before what the number says. */
export interface Birth {
  readonly dateInNumber: PlainDate;
  readonly registered?: RegisteredBirthday | undefined;
}

/**
 * Whether the rules keep a person's file for research; UNSURE where it hangs on a number that may be of a nearby day.
 * @param municipality of the board that keeps the file, four digits; an agency of the state has none
 */
export const isKeptForResearch = (
  { researchDays, nearbyDays, researchCounties, researchMunicipalities }: RetentionRules,
  { dateInNumber, registered }: Birth,
  municipality: string | undefined,
): boolean | 'UNSURE' => {
  if (
    municipality !== undefined &&
    (researchCounties.includes(municipality.slice(0, 2)) || researchMunicipalities.includes(municipality))
  )
    return true;
  if (registered !== undefined) return registered === 'RESEARCH_DAY';
  const day = Number(dateInNumber.slice(8));
  if (researchDays.includes(day)) return true;
  return researchDays.some((one) => Math.abs(one - day) <= nearbyDays) && 'UNSURE';
};

/** The first day on which a file may be destroyed, when nothing else keeps it. */
export const mayBeDestroyedFrom = (
  { yearsAfterLastEntry }: RetentionRules,
  lastEntryOn: PlainDate,
): PlainDate => {
  const year = Number(lastEntryOn.slice(0, 4)) + yearsAfterLastEntry;
  // The years are full when the day after the same date has come; a 29 February that is missing is passed over.
  return lastEntryOn.endsWith('-02-29') ? `${year}-03-01` : addDays(`${year}${lastEntryOn.slice(4)}`, 1);
};
