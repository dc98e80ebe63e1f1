import type { PlainDate } from '#kernel';

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
    // Östergötland, Gotland, Västernorrland; and Göteborg.
    researchCounties: ['05', '09', '22'],
    researchMunicipalities: ['1480'],
    source: 'Socialtjänstförordningen (2025:468) 13 kap.',
  },
];

/** The rules of a day; the oldest for an earlier one. */
export const retentionRulesAt = (day: PlainDate): RetentionRules =>
  retentionRules.find(({ inForceFrom }) => inForceFrom <= day) ?? retentionRules.at(-1)!;

/** Whether the rules keep a person's file for research. @param municipality of
 * the board that keeps the file, four digits; an agency of the state has none */
export const isKeptForResearch = (
  { researchDays, researchCounties, researchMunicipalities }: RetentionRules,
  birthday: PlainDate,
  municipality: string | undefined,
): boolean =>
  researchDays.includes(Number(birthday.slice(8))) ||
  (municipality !== undefined &&
    (researchCounties.includes(municipality.slice(0, 2)) || researchMunicipalities.includes(municipality)));

/** The first day on which a file may be destroyed, when nothing else keeps it. */
export const mayBeDestroyedFrom = (
  { yearsAfterLastEntry }: RetentionRules,
  lastEntryOn: PlainDate,
): PlainDate =>
  // The years are full when the day after the same date has come; a 29 February that is missing is passed over.
  `${Number(lastEntryOn.slice(0, 4)) + yearsAfterLastEntry}${lastEntryOn.slice(4)}`;
