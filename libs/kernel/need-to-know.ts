import { type RecipientKind, recipientKinds, type ToldKind, toldKinds } from './codes.js';
import type { AgencyKind } from './event.js';
import { type DataClass, dataClasses } from './sealed.js';

// The need-to-know matrix: the one place from which the decider of disclosures, the read models, the grants and the
// policies take their answer. It reads like the table in the description of the domain (1.2); where it differs on
// purpose, test/contracts/expected-matrix.json says since when and why.

/** F full; S a summary, which is a field of its own; J just in time; R reference and status; O own writings; - never. */
export const cellLetters = ['F', 'S', 'J', 'R', 'O', '-'] as const;
export type CellLetter = (typeof cellLetters)[number];
/** One letter, or FO: full, and what it wrote itself. */
export type Cell = CellLetter | 'FO';

export const matrixColumns = [
  'identity',
  'destination',
  'address',
  'threatLevel',
  'threatDetail',
  'crime',
  'health',
  'social',
  'family',
  'cost',
] as const;
export type MatrixColumn = (typeof matrixColumns)[number];

export type MatrixStage = 'BEFORE' | 'AFTER';

export interface MatrixRow {
  readonly actor: string;
  /** The part in a case that it has; undefined for who has none, and so no row about any case. */
  readonly kind?: RecipientKind;
  /** Of a part that has a row before the clearance of the placement and one after: which of them this is. */
  readonly stage?: MatrixStage;
  readonly cells: Readonly<Record<MatrixColumn, Cell>>;
}

/** Who may know what. "before" and "after" is the clearance of the placement; "." is no part in any case. */
export const needToKnowTable = `
  part                     actor                            id dest addr level detail crime health social family cost
  HOME_BOARD               Home board, named officers       F  F    J    F     S      S     O      F      F      F
  HOME_BOARD               Home board, duty officer         F  F    J    F     S      -     -      -      S      -
  .                        Home board, other staff          -  -    -    -     -      -     -      -      -      -
  RECEIVING_BOARD          Receiving board, before          R  O    -    S     -      -     S      S      S      S
  RECEIVING_BOARD          Receiving board, after           F  F    F    S     -      S     S      S      F      F
  HOUSING_PROVIDER         Housing provider                 S  O    O    S     -      S     S      S      S      O
  HOME_POLICE              Police, home region              F  F    J    FO    FO     F     -      S      S      S
  RECEIVING_POLICE         Police, receiving, before        R  O    -    S     O      -     -      -      S      -
  RECEIVING_POLICE         Police, receiving, after         F  F    F    F     S      S     -      -      S      -
  .                        Police, any other officer        -  -    -    -     -      -     -      -      -      -
  PERSON_SECURITY          Police, personal security        F  F    J    FO    FO     F     -      -      F      -
  NATIONAL_COORDINATOR     National coordinator             R  F    -    S     S      S     S      S      S      S
  PROBATION_SERVICE        Kriminalvården, frivård          F  S    J    S     S      FO    -      -      -      -
  SIS                      SiS                              F  -    -    S     S      S     O      S      S      -
  POPULATION_REGISTER      Skatteverket, skyddshandläggare  F  F    J    S     -      -     -      -      F      -
  SOCIAL_INSURANCE_AGENCY  Försäkringskassan                F  S    -    S     -      -     -      -      O      -
  EMPLOYMENT_SERVICE       Arbetsförmedlingen               F  S    -    S     -      -     -      -      O      -
  ENFORCEMENT_AUTHORITY    Kronofogden                      F  S    -    S     -      -     -      -      O      -
  MIGRATION_AGENCY         Migrationsverket                 F  S    -    S     -      -     -      -      O      -
  HEALTH_CARE              Region, health care              F  O    -    S     -      -     O      -      S      -
  SCHOOL                   School                           F  O    -    S     -      -     O      -      S      -
  .                        Säkerhetspolisen                 -  -    -    -     -      -     -      -      -      -
  .                        Åklagarmyndigheten               -  -    -    -     -      -     -      -      -      -
  .                        Ekobrottsmyndigheten             -  -    -    -     -      -     -      -      -      -
  .                        Kustbevakningen                  -  -    -    -     -      -     -      -      -      -
  .                        Tullverket                       -  -    -    -     -      -     -      -      -      -
  .                        Länsstyrelsen                    -  -    -    -     -      -     -      -      -      -
  .                        BOB, regional and national       -  -    -    -     -      -     -      -      -      -
  .                        Brå                              -  -    -    -     -      -     -      -      -      -
  .                        SCB                              -  -    -    -     -      -     -      -      -      -
  LOCAL_COUNCIL            BOB local, SSPF                  F  -    -    -     -      O     -      O      S      -
  REGION_COORDINATOR       Regionkoordinator                R  -    -    -     -      -     -      O      S      -
  .                        Civil society                    -  -    -    -     -      -     -      -      -      -
  IVO                      IVO                              F  F    J    -     -      -     -      F      F      -
`;

const isCell = (text: string): text is Cell =>
  text === 'FO' || (cellLetters as readonly string[]).includes(text);

/** @throws Error for a line that is no row of the matrix: a mistake that should stop the start */
const rowOf = (line: string): MatrixRow => {
  const [, part = '', actor = '', letters = ''] = /^(\S+)\s+(.+?)\s{2,}(.+)$/.exec(line.trim()) ?? [];
  const cells = letters.split(/\s+/);
  const kind = recipientKinds.find((one) => one === part);
  if (cells.length !== matrixColumns.length || !cells.every(isCell) || (!kind && part !== '.'))
    throw new Error(`this is no row of the need-to-know matrix: ${line}`);
  const stage = /, (before|after)$/.exec(actor)?.[1]?.toUpperCase() as MatrixStage | undefined;
  return {
    actor,
    ...(kind && { kind }),
    ...(stage && { stage }),
    cells: Object.fromEntries(matrixColumns.map((column, at) => [column, cells[at]])) as MatrixRow['cells'],
  };
};

/** The rows of a table that is written like the one above. @throws Error for a line that is no row */
export const matrixOf = (table: string): readonly MatrixRow[] =>
  table
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(1)
    .map(rowOf);

export const needToKnow: readonly MatrixRow[] = matrixOf(needToKnowTable);

/** Classes that a part writes here itself: they are not told to it. */
const writes: Readonly<Partial<Record<RecipientKind, readonly DataClass[]>>> = {
  HOME_BOARD: ['identity', 'needs', 'social', 'family'],
  RECEIVING_BOARD: ['destination', 'address'],
  HOUSING_PROVIDER: ['destination', 'address'],
  HOME_POLICE: ['threat-detail', 'threat-advice'],
  PERSON_SECURITY: ['threat-detail', 'threat-advice'],
};

/** Who is told with the level what to do when something happens, once somebody comes: the alarm plan, advice of Police. */
const alarmed: readonly RecipientKind[] = ['RECEIVING_BOARD', 'HOUSING_PROVIDER', 'RECEIVING_POLICE'];

/** S in the social file is one coded fact for Police: that a decision exists. */
const flagOnly: readonly RecipientKind[] = ['HOME_POLICE'];

/** S in the detail of the threat is a verdict for the coordinator, one word, and no advice. */
const verdictOnly: readonly RecipientKind[] = ['NATIONAL_COORDINATOR'];

/** The kind of agency that has a part. */
export const agencyKindOf: Readonly<Record<RecipientKind, AgencyKind>> = {
  HOME_BOARD: 'SOCIAL_BOARD',
  RECEIVING_BOARD: 'SOCIAL_BOARD',
  HOUSING_PROVIDER: 'HOUSING_PROVIDER',
  HOME_POLICE: 'POLICE',
  RECEIVING_POLICE: 'POLICE',
  NATIONAL_COORDINATOR: 'NATIONAL_COORDINATOR',
  PERSON_SECURITY: 'POLICE',
  PROBATION_SERVICE: 'PROBATION_SERVICE',
  SIS: 'SIS',
  POPULATION_REGISTER: 'TAX_AGENCY',
  SOCIAL_INSURANCE_AGENCY: 'SOCIAL_INSURANCE_AGENCY',
  EMPLOYMENT_SERVICE: 'EMPLOYMENT_SERVICE',
  ENFORCEMENT_AUTHORITY: 'ENFORCEMENT_AUTHORITY',
  MIGRATION_AGENCY: 'MIGRATION_AGENCY',
  HEALTH_CARE: 'HEALTH_CARE',
  SCHOOL: 'SCHOOL',
  LOCAL_COUNCIL: 'LOCAL_COUNCIL',
  REGION_COORDINATOR: 'REGION_COORDINATOR',
  IVO: 'IVO',
  TAX_AGENCY: 'TAX_AGENCY',
};

/** Whether the cells of a part let a class be told: the full column, or the summary that is a field of its own. */
const tells = (kind: RecipientKind, { cells, stage }: MatrixRow, dataClass: DataClass): boolean => {
  const full = (column: MatrixColumn): boolean => cells[column].startsWith('F');
  switch (dataClass) {
    case 'threat-detail':
      return full('threatDetail');
    case 'threat-advice':
      return (
        (alarmed.includes(kind) && stage !== 'BEFORE') ||
        (cells.threatDetail === 'S' && !verdictOnly.includes(kind))
      );
    case 'needs':
      return cells.social === 'S' && !flagOnly.includes(kind);
    case 'offence':
      return full('crime');
    default:
      return full(dataClass);
  }
};

/**
 * Whether another agency's telling may bring this part content of a class.
 * @param stage which row of a part that has two is asked; for every other part it says nothing
 */
export const mayBeTold = (
  kind: RecipientKind,
  dataClass: DataClass,
  stage: MatrixStage = 'AFTER',
  matrix: readonly MatrixRow[] = needToKnow,
): boolean =>
  !(writes[kind] ?? []).includes(dataClass) &&
  matrix.some((row) => row.kind === kind && (row.stage ?? stage) === stage && tells(kind, row, dataClass));

/** The alarm plan: who must be able to fetch the person may have the address, whatever the matrix says. */
const rescuers: readonly RecipientKind[] = ['HOME_BOARD', 'RECEIVING_POLICE'];

/**
 * For what those who receive are told from the clearance on; a board that has said yes is told for its reception, too, but
 * only what both of its rows allow. For whatever else they are told, they are only asked.
 */
const afterClearance: readonly string[] = ['RECEPTION', 'PROTECTION', 'ALARM'];

/** As mayBeTold, at the stage that the purpose of the telling says, and what rescuers are told for the alarm. */
export const mayHold = (
  kind: RecipientKind,
  dataClass: DataClass,
  { foot, purpose }: { readonly foot: 'WAIVER' | 'STATUTE' | 'RESCUE'; readonly purpose: string },
  matrix: readonly MatrixRow[] = needToKnow,
): boolean =>
  mayBeTold(kind, dataClass, afterClearance.includes(purpose) ? 'AFTER' : 'BEFORE', matrix) ||
  (foot === 'RESCUE' && dataClass === 'address' && rescuers.includes(kind));

/** All classes that may be told to a part. */
export const classesFor = (
  kind: RecipientKind,
  matrix: readonly MatrixRow[] = needToKnow,
): readonly DataClass[] => dataClasses.filter((one) => mayBeTold(kind, one, 'AFTER', matrix));

/** Who is told no more than that there is a case, under its reference. */
export const knowsReferenceOnly = (kind: RecipientKind): boolean => classesFor(kind).length === 0;

/** Agencies that may be told something of a class. */
export const toldOf = (
  dataClass: DataClass,
  matrix: readonly MatrixRow[] = needToKnow,
): readonly ToldKind[] => toldKinds.filter((kind) => mayBeTold(kind, dataClass, 'AFTER', matrix));
