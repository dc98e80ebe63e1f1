import type { Token, TokenKind } from '#kernel';
import { municipalities, type Municipality } from './reference/municipalities.js';
import { organisations, type Organisation } from './reference/organisations.js';

/** Makes keyed tokens; only the api (and ops with the key file) can. */
export interface TokenMaker {
  token(kind: TokenKind, value: string): Token;
  /** Of all epochs of the routing key, newest first. */
  everyToken(kind: TokenKind, value: string): readonly Token[];
}

/** Whether an official has a stream of appointments under this token. */
export type IsAppointed = (official: Token) => Promise<boolean>;

/** The area in which two sides of a conflict must never both be: the county, until other areas are enacted. */
export const areaOf = (municipality: Municipality): string => `county:${municipality.county}`;

/** Spaces and letters great or small do not make two numbers of one. */
const sameNumber = (number: string): string => number.normalize('NFKC').replace(/\s+/g, '').toLowerCase();

/** Spelling and spaces do not make two of one. */
const sameName = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/**
 * Tokens to and from what they stand for, held in the api's memory only. Turning a token back beside a case is an
 * opening of the destination: the caller records it first (vault.record_naming).
 */
export class Directory {
  private readonly organisationByToken = new Map<Token, Organisation>();
  private readonly municipalityByToken = new Map<Token, Municipality>();

  /** Officials who are known under a token of an earlier epoch; that does not change. */
  private readonly knownEarlier = new Map<string, Token>();

  constructor(
    private readonly tokens: TokenMaker,
    private readonly isAppointed: IsAppointed,
  ) {
    for (const organisation of organisations)
      this.organisationByToken.set(this.organisation(organisation.id), organisation);
    for (const municipality of municipalities)
      this.municipalityByToken.set(this.municipality(municipality.code), municipality);
  }

  organisation(id: string): Token {
    return this.tokens.token('organisation', id);
  }
  municipality(code: string): Token {
    return this.tokens.token('municipality', code);
  }
  area(municipality: Municipality): Token {
    return this.tokens.token('area', areaOf(municipality));
  }
  /** The token of an official as far as this process knows; official() looks. */
  person(sub: string): Token {
    return this.knownEarlier.get(sub) ?? this.tokens.token('person', sub);
  }
  /**
   * The one token of an official, for as long as there is a log: the one under which she was first appointed, whatever
   * epoch the routing key has by now. Otherwise she would be two persons after New Year, and could look over her own
   * shoulder.
   */
  async official(sub: string): Promise<Token> {
    const everyToken = this.tokens.everyToken('person', sub);
    // The newest is taken where nothing is found.
    for (const token of everyToken.slice(1).reverse()) {
      if (this.knownEarlier.get(sub) === token) return token;
      if (!(await this.isAppointed(token))) continue;
      this.knownEarlier.set(sub, token);
      return token;
    }
    return this.tokens.token('person', sub);
  }
  machine(clientId: string): Token {
    return this.tokens.token('machine', clientId);
  }
  /** Not the token of the organisation: what a register says is published, and would tell whose that other one is. */
  register(id: string): Token {
    return this.tokens.token('register', id);
  }
  /** A number in the register of one authority: it cannot be read back, and is another one in the register of another. */
  registryNumber(organisationId: string, number: string): Token {
    return this.tokens.token('registry-number', `${organisationId}\n${sameNumber(number)}`);
  }
  housing(provider: string, housing: string): Token {
    return this.tokens.token('housing', `${provider}/${housing}`);
  }
  /** A network as Police's register knows it: spelling and spaces do not make two of one. */
  conflictNetwork(name: string): Token {
    return this.tokens.token('conflict', `network/${sameName(name)}`);
  }
  /** @param number twelve digits */
  conflictPerson(number: string): Token {
    return this.tokens.token('conflict', `person/${number}`);
  }
  /** Who goes along with a person: nothing in Police's register bears this token. @param number twelve digits */
  companion(number: string): Token {
    return this.tokens.token('companion', number);
  }
  /** An authority that asks from outside, and whoever gets its letter: nobody who logs in here, and no such token. */
  requester(authority: string): Token {
    return this.tokens.token('requester', authority);
  }
  letterTo(authority: string, name: string): Token {
    return this.tokens.token('requester', `${authority}/${sameName(name)}`);
  }
  findOrganisation(token: Token): Organisation | undefined {
    return this.organisationByToken.get(token);
  }
  findMunicipality(token: Token): Municipality | undefined {
    return this.municipalityByToken.get(token);
  }
}
