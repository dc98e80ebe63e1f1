import { type Instant, type Sex, type AgeBand, type Token, type Verdict, DomainError } from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import type { Rules } from '#domain/coordination';
import type { Facts, Resident } from '../facts.js';
import { findMunicipality, type Municipality } from '../reference/municipalities.js';
import { findOrganisation, policeId } from '../reference/organisations.js';
import type { Directory } from '../organisations.js';
import type { CommandContext } from '../command-executor.js';

/** From a personal identity number to a random subject id; the same number gives the same subject. */
export interface PersonIndex {
  subjectOf(personalIdentityNumber: string): Promise<string>;
}

/** Coded facts computed while the number is in the handler's hands, and recorded instead of it. */
export interface IdentityFacts {
  /** Normalised to twelve digits. @throws DomainError('identity.not_valid') */
  normalise(personalIdentityNumber: string): string;
  sexOf(personalIdentityNumber: string): Sex;
  ageBandOn(personalIdentityNumber: string, at: Instant): AgeBand;
}

/** One entry of Police's conflict register, in tokens. */
export interface ConflictEntry {
  readonly kind: 'NETWORK' | 'ADVERSARY_NETWORK' | 'ADVERSARY_PERSON' | 'SELF_PERSON' | 'KIN';
  readonly token: Token;
}

/** Police's conflict register: rows in a deletable table that answers with one word. */
export interface ConflictRegister {
  verdict(question: {
    readonly subject: string;
    readonly residents: readonly Pick<Resident, 'subject' | 'municipality' | 'housing'>[];
    readonly area: Token;
    readonly municipality: Token;
    readonly housing?: Token;
  }): Promise<Verdict>;
}

/** Written by Police's registrar only; the same entries again change nothing. */
export interface ConflictRegistrar {
  replaceEntries(subject: string, entries: readonly ConflictEntry[]): Promise<void>;
  addPresence(presence: {
    readonly tokens: readonly Token[];
    readonly area: Token;
    readonly municipality: Token;
  }): Promise<void>;
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

/** What the handlers of the api lean on. */
export interface HandlerDependencies {
  readonly facts: Facts;
  readonly directory: Directory;
  readonly contacts: Contacts;
  readonly persons: PersonIndex;
  readonly identity: IdentityFacts;
  readonly conflicts: ConflictRegister;
  readonly registrar: ConflictRegistrar;
  /** Token of a network or an adversary for Police's register. */
  conflictToken(kind: 'network' | 'person', value: string): Token;
  /** A code that nobody can guess from the case: under it the receiving board knows the case. */
  referenceCode(proposalId: string): string;
  /** The rules in force at an instant. @throws when none have been enacted */
  rulesAt(at: Instant): Promise<Rules>;
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

/** The regional police unit of a municipality, and its named coordinators. */
export const policeOf = async (
  dependencies: HandlerDependencies,
  municipality: Municipality,
  at: Instant,
): Promise<{ unit: Token; contacts: readonly Token[] }> => {
  const unit = dependencies.directory.organisation(policeId(municipality.policeRegion));
  return {
    unit,
    contacts: await dependencies.contacts.holding(unit, ['POLICE_COORDINATOR', 'POLICE_ASSESSOR'], at, 3),
  };
};

/**
 * Tokens of officials named by an officer; each must hold one of the functions in that organisation now.
 * @throws DomainError('official.not_appointed') without saying which: whether somebody works there is not told
 */
export const namedOfficials = async (
  dependencies: HandlerDependencies,
  officials: readonly string[],
  organisation: Token,
  functions: readonly OfficialFunction[],
  at: Instant,
): Promise<readonly Token[]> => {
  const tokens = officials.map((official) => dependencies.directory.person(official));
  const appointed = await Promise.all(
    tokens.map((person) => dependencies.contacts.holds(person, organisation, functions, at)),
  );
  if (appointed.includes(false)) throw new DomainError('official.not_appointed');
  return tokens;
};
