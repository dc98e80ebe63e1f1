import { contactFunctionOf } from '#access';
import {
  DomainError,
  type Instant,
  type PlainDate,
  type RecordedEvent,
  recordOf,
  type Token,
  toldKinds,
} from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import type { ContactPart } from '#domain/disclosure';
import type { RecordKind } from '#domain/log-review';
import type { CaseFile, Companions, ConflictCheck, ConflictRegister, Pass } from '#personal-data';
import type { Facts } from '../facts.js';
import { findMunicipality, type Municipality } from '../reference/municipalities.js';
import { findOrganisation, policeId } from '../reference/organisations.js';
import type { Directory } from '../organisations.js';
import type { CommandContext } from '../command-executor.js';

/** From a personal identity number to a random subject id; the same number gives the same subject. */
export interface PersonIndex {
  subjectOf(personalIdentityNumber: string): Promise<string>;
}

/** Who holds a function in an organisation at an instant; verified in the appointment streams. */
export interface Contacts {
  /** At most `limit`, oldest appointment first. */
  holding(
    organisation: Token,
    functions: readonly OfficialFunction[],
    at: Instant,
    limit?: number,
  ): Promise<readonly Token[]>;
  /** Whether this person holds one of the functions there at that instant. */
  holds(
    person: Token,
    organisation: Token,
    functions: readonly OfficialFunction[],
    at: Instant,
  ): Promise<boolean>;
}

/** What the vault says of a record of a read or a refusal. */
export interface AccessRecords {
  /** Undefined when there is no such record. */
  personOf(of: RecordKind, record: number): Promise<Token | undefined>;
}

/** Lets one person in for minutes; the same pass again changes nothing. */
export interface Passes {
  /** @returns the number of the record of it */
  enter(pass: Pass): Promise<number>;
}

/** What the handlers of the api lean on. */
export interface HandlerDependencies {
  readonly facts: Facts;
  readonly directory: Directory;
  readonly contacts: Contacts;
  readonly persons: PersonIndex;
  /** Who goes along with whom, and who was asked about. */
  readonly companions: Pick<Companions, 'goAlong' | 'asked'>;
  /** Asks Police's register; answers with one word. */
  readonly conflicts: Pick<ConflictCheck, 'verdict'>;
  /** Writes Police's register. */
  readonly register: Pick<ConflictRegister, 'addEntries' | 'addPresence'>;
  readonly records: AccessRecords;
  readonly passes: Passes;
  /** Puts on record that an official has a place checked for the person of a case. */
  recordCheck(file: CaseFile, context: CommandContext): Promise<void>;
  /** Each decision of the case that says where the person stays, until he or she has left. */
  decidedPlaces(file: CaseFile): Promise<readonly RecordedEvent[]>;
  /** The person's birthday, by a recorded opening of the identity of a case; undefined when nothing opens it any more. */
  birthdayOf(caseId: string, context: CommandContext): Promise<PlainDate | undefined>;
  /** The date in the number of the person who is asked about in an inquiry: the same. */
  askedForBirthday(
    inquiryId: string,
    person: unknown,
    context: CommandContext,
  ): Promise<PlainDate | undefined>;
  /** A code that nobody can guess from the case: under it the receiving board knows the case. */
  referenceCode(proposalId: string): string;
}

/** @throws DomainError('municipality.unknown') */
export const municipalityOf = (code: string): Municipality => {
  const municipality = findMunicipality(code);
  if (!municipality) throw new DomainError('municipality.unknown');
  return municipality;
};

/** The municipality whose board the official acts for. @throws DomainError('organisation.not_a_board') */
export const ownMunicipality = (context: CommandContext): Municipality => {
  const code = context.organisationId && findOrganisation(context.organisationId)?.municipalityCode;
  if (!code) throw new DomainError('organisation.not_a_board');
  return municipalityOf(code);
};

/** Who can hold a part: those for whom it was meant when it was given. */
export const functionsIn: Readonly<Record<ContactPart, readonly OfficialFunction[]>> = {
  HOME_BOARD: ['HOME_OFFICER'],
  HOME_POLICE: ['POLICE_COORDINATOR', 'POLICE_ASSESSOR'],
  RECEIVING_BOARD: ['RECEIVING_OFFICER', 'RECEIVING_DECIDER'],
  RECEIVING_POLICE: ['POLICE_COORDINATOR', 'POLICE_ASSESSOR'],
  ASKED_BOARD: ['RECEIVING_OFFICER', 'RECEIVING_DECIDER'],
  HOUSING_PROVIDER: ['FACILITY_DIRECTOR'],
  TAX_AGENCY: ['PROTECTION_OFFICER'],
  ...recordOf(toldKinds, (kind) => [contactFunctionOf(kind)]),
};

/**
 * Parts that somebody takes over when nobody who is named can hand them over any more: by the function that names others
 * there. Whom an agency outside the road names, the home board says.
 */
const leadsIn = {
  HOME_BOARD: functionsIn.HOME_BOARD,
  HOME_POLICE: ['POLICE_COORDINATOR'],
  RECEIVING_BOARD: ['RECEIVING_DECIDER'],
  ASKED_BOARD: ['RECEIVING_DECIDER'],
  RECEIVING_POLICE: ['POLICE_COORDINATOR'],
  HOUSING_PROVIDER: functionsIn.HOUSING_PROVIDER,
  TAX_AGENCY: functionsIn.TAX_AGENCY,
} as const satisfies Partial<Record<ContactPart, readonly OfficialFunction[]>>;
export type TakenOver = keyof typeof leadsIn;

export const canBeTakenOver = (part: string): part is TakenOver => part in leadsIn;

/** By which functions all is done that a part is for: at Police an assessor alone can neither hand over nor break the glass. */
export const doneBy = (part: ContactPart): readonly OfficialFunction[] =>
  part === 'HOME_POLICE' || part === 'RECEIVING_POLICE' ? leadsIn[part] : functionsIn[part];

/**
 * Whether somebody takes a part over, since nobody who is named for it may name others there.
 * @param able who is named and not disqualified
 */
export const isTakenOver = async (
  contacts: Contacts,
  part: TakenOver,
  organisation: Token,
  able: readonly Token[],
  at: Instant,
): Promise<boolean> => {
  // One after another: the first nearly always does.
  for (const one of able) if (await contacts.holds(one, organisation, leadsIn[part], at)) return false;
  return true;
};

/**
 * Whether this person takes a part over: as everybody does who may name others there, however many they are.
 * @param able who is named and not disqualified
 */
export const takesOver = async (
  contacts: Contacts,
  person: Token,
  part: TakenOver,
  organisation: Token,
  able: readonly Token[],
  at: Instant,
): Promise<boolean> =>
  (await contacts.holds(person, organisation, leadsIn[part], at)) &&
  (await isTakenOver(contacts, part, organisation, able, at));

/**
 * Some of those who take a part over, to be told or named: those who have been there longest.
 * @param able who is named and not disqualified
 * @returns undefined where one of them still may, so that nobody takes over
 */
export const takersOf = async (
  contacts: Contacts,
  part: TakenOver,
  organisation: Token,
  able: readonly Token[],
  at: Instant,
): Promise<readonly Token[] | undefined> =>
  (await isTakenOver(contacts, part, organisation, able, at))
    ? contacts.holding(organisation, leadsIn[part], at)
    : undefined;

/** How many of Police are named in a case, or for a placement. */
const mostOfPolice = 3;

/**
 * The regional police unit of a municipality, and whom it names: none of those who are disqualified. A coordinator comes
 * first, then an assessor, and so on in turn, each oldest appointment first: what only a coordinator may do (record
 * adversaries, answer, break the glass, hand over) must have somebody however long the assessors have been there.
 */
export const policeOf = async (
  dependencies: HandlerDependencies,
  municipality: Municipality,
  at: Instant,
  disqualified: readonly Token[] = [],
): Promise<{ unit: Token; contacts: readonly Token[] }> => {
  const unit = dependencies.directory.organisation(policeId(municipality.policeRegion));
  const held = await Promise.all(
    functionsIn.HOME_POLICE.map((name) => dependencies.contacts.holding(unit, [name], at)),
  );
  const able = held.map((persons) => persons.filter((one) => !disqualified.includes(one)));
  const inTurn = Array.from({ length: mostOfPolice }, (_, turn) =>
    able.flatMap((persons) => persons[turn] ?? []),
  );
  return { unit, contacts: [...new Set(inTurn.flat())].slice(0, mostOfPolice) };
};

/**
 * Those who were named for a placement and can fetch the person now. Where none of them is a coordinator any more, the
 * region's come first; where it has none it is nobody, since nobody could break the glass or name another.
 */
export const rescuersOf = async (
  { contacts }: HandlerDependencies,
  unit: Token,
  named: readonly Token[],
  at: Instant,
  disqualified: readonly Token[],
): Promise<readonly Token[]> => {
  const able = named.filter((one) => !disqualified.includes(one));
  const [holds, takers] = await Promise.all([
    Promise.all(able.map((one) => contacts.holds(one, unit, functionsIn.RECEIVING_POLICE, at))),
    takersOf(contacts, 'RECEIVING_POLICE', unit, able, at),
  ]);
  const there = able.filter((_one, index) => holds[index]);
  if (!takers) return there;
  const coordinators = takers.filter((one) => !disqualified.includes(one));
  return coordinators.length === 0 ? [] : [...coordinators, ...there].slice(0, mostOfPolice);
};

/**
 * Tokens of officials named by an officer; each must hold one of the functions in that organisation now, trained.
 * @throws DomainError official.not_appointed without saying which: whether somebody works there is not told;
 *   official.not_trained where all work there and one has not had the training without which nobody gets access
 */
export const namedOfficials = async (
  dependencies: HandlerDependencies,
  officials: readonly string[],
  organisation: Token,
  functions: readonly OfficialFunction[],
  at: Instant,
): Promise<readonly Token[]> => {
  const tokens = await Promise.all(officials.map((official) => dependencies.directory.official(official)));
  const appointed = await Promise.all(
    tokens.map((person) => dependencies.contacts.holds(person, organisation, functions, at)),
  );
  if (appointed.includes(false)) {
    const works = await Promise.all(
      tokens.map(async (person, index) => {
        if (appointed[index]) return true;
        const { appointments } = await dependencies.facts.official(person);
        return appointments.some(
          (one) =>
            one.organisation === organisation &&
            functions.includes(one.function) &&
            one.from <= at &&
            (one.until === undefined || at < one.until),
        );
      }),
    );
    throw new DomainError(works.includes(false) ? 'official.not_appointed' : 'official.not_trained');
  }
  return tokens;
};
