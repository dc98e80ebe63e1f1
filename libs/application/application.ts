import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import {
  type Envelope,
  isEnvelope,
  type PlainDate,
  plainDateOf,
  type RecordedEvent,
  streamName,
  type Token,
} from '#kernel';
import type { EventStore } from '#event-store';
import type { OfficialFunction } from '#domain/appointment';
import {
  assertCatalogued,
  Blinds,
  Companions,
  type CaseFile,
  ConflictCheck,
  ClassKeys,
  ConflictRegister,
  EpochBehind,
  Fingerprints,
  type KeyMaterial,
  type KeyPlace,
  keysForRetention,
  OpaquePositions,
  type OpenContext,
  type Opened,
  Opener,
  parseIdentityNumber,
  Sealer,
  Tokens,
  Vault,
  WriteRefused,
  sealedStreams,
} from '#personal-data';
import type { Clock } from '#platform';
import { CaseParts, Officials } from './case-parts.js';
import { codec, deciderOf } from './catalogue.js';
import {
  type CommandContext,
  CommandExecutor,
  type CommandResult,
  type EventSealer,
  type LoadedStream,
} from './command-executor.js';
import { AppointedContacts } from './contacts.js';
import { Facts } from './facts.js';
import {
  dueFile,
  type DueFile,
  type ErasureDependencies,
  erasureHandlings,
  type ErasureHandlings,
  intentHandlings,
  type IntentHandlings,
} from './handlers/index.js';
import type { Intents, IntentType } from './intents.js';
import { Directory } from './organisations.js';
import { taxAgencyId } from './reference/organisations.js';
import { RecentReads } from './recent-reads.js';
import { SystemCommandSender } from './system-command-sender.js';

/** Look-up tables that may propose; what they propose is decided on streams. */
export interface Proposals {
  /** Of a candidate or a proposal. */
  caseOf(id: string): Promise<string | undefined>;
  officialsHolding(organisation: Token, functions: readonly OfficialFunction[]): Promise<readonly Token[]>;
}

export interface ApplicationOptions {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly proposals: Proposals;
  /** Looks for newer keys where an epoch is missing; keys never change when left out. */
  readonly rereadKeys?: () => Promise<KeyMaterial>;
}

/** Everything that can be done with the keys in hand: the api's side of the road. */
export class Application {
  readonly facts: Facts;
  readonly tokens: Tokens;
  readonly fingerprints: Fingerprints;
  readonly positions: OpaquePositions;
  readonly directory: Directory;
  readonly contacts: AppointedContacts;
  readonly parts: CaseParts;
  readonly officials: Officials;
  readonly vault: Vault;
  readonly opener: Opener;
  readonly executor: CommandExecutor;
  readonly handlings: IntentHandlings;
  /**
   * Has no routes: an officer's order to whoever carries it out (apps/ops/erasure.ts), where the pool is that of the owner of
   * the database.
   */
  readonly erasures: ErasureHandlings;
  /** Whether the file of a case is due, as the officer is to know it who could order its erasure (`dueFile`). */
  readonly dueFile: (caseId: string, context: CommandContext) => Promise<DueFile | undefined>;
  readonly #classKeys: ClassKeys;
  readonly #blinds: Blinds;

  constructor({ store, pool, proposals, rereadKeys }: ApplicationOptions, keys: KeyMaterial) {
    const reads = new RecentReads(store);
    this.#classKeys = new ClassKeys(keys, rereadKeys);
    this.#blinds = new Blinds(this.#classKeys);
    const companions = new Companions(pool, this.#blinds);
    this.facts = new Facts(
      reads,
      (id) => proposals.caseOf(id),
      (subject) => companions.withWhom(subject),
    );
    this.tokens = new Tokens(keys);
    this.positions = new OpaquePositions(keys);
    this.directory = new Directory(this.tokens, (official) => this.facts.isAppointed(official));
    this.contacts = new AppointedContacts(this.facts, (organisation, functions) =>
      proposals.officialsHolding(organisation, functions),
    );
    this.parts = new CaseParts(
      this.facts,
      () => this.directory.organisation(taxAgencyId),
      this.contacts,
      // Also one that the child has left: whoever stands by takes back what was said of the wrong one.
      (file) => this.decidedPlaces(file, 'LEFT_TOO'),
    );
    this.officials = new Officials(this.facts, this.directory);
    this.vault = new Vault(pool);
    this.fingerprints = new Fingerprints(this.#classKeys);
    this.opener = new Opener(this.#classKeys, this.vault);
    this.executor = createExecutor(store, eventSealer(new Sealer(this.#classKeys, this.vault)), (stream) =>
      reads.take(stream),
    );
    this.handlings = intentHandlings({
      facts: this.facts,
      directory: this.directory,
      contacts: this.contacts,
      persons: {
        subjectOf: (number) => this.subjectOf(number, rereadKeys),
      },
      companions,
      conflicts: new ConflictCheck(pool),
      register: new ConflictRegister(pool, this.#blinds),
      passes: { enter: (pass) => this.vault.enterPass(pass) },
      recordCheck: (file, { by: actor, purpose, legalBasis, at }) =>
        this.vault.recordCheck({ ...file, actor, purpose, legalBasis, at }),
      decidedPlaces: (file) => this.decidedPlaces(file),
      records: { personOf: (of, record) => this.vault.personOfRecord(of, record) },
      birthdayOf: (caseId, context) => this.birthdayOf(caseId, context, this.opener),
      askedForBirthday: (inquiryId, person, context) =>
        this.birthdayIn(person, inquiryId, context, this.opener),
      referenceCode: referenceCodes(this.tokens),
    });
    // Five years on those who had a grant may have left.
    const forRetention = new Opener(this.#classKeys, {
      open: (places, context) => keysForRetention(pool, places, context),
    });
    const ofErasure: ErasureDependencies = {
      facts: this.facts,
      directory: this.directory,
      sealedStreams: (subject) => sealedStreams(pool, subject),
      birthdayOf: (caseId, context) => this.birthdayOf(caseId, context, forRetention),
    };
    this.erasures = erasureHandlings(ofErasure);
    this.dueFile = (caseId, context) => dueFile(ofErasure, caseId, context);
  }

  /** Each decision of the case that says where the person stays, until he or she has left. @throws VaultUnavailable */
  async decidedPlaces({ caseId, subject }: CaseFile, of?: 'LEFT_TOO'): Promise<readonly RecordedEvent[]> {
    return this.facts.decidedPlacesOf(caseId, await this.vault.decidedPlaces(subject), of);
  }

  /** Opens the identity of a case as its officer, with a record; undefined when nothing opens it any more. */
  private async birthdayOf(
    caseId: string,
    context: CommandContext,
    opener: Opener,
  ): Promise<PlainDate | undefined> {
    return this.birthdayIn((await this.facts.relocation(caseId)).opened.identity, caseId, context, opener);
  }

  /** @param identity who it is, as sealed in a file: a case or an inquiry */
  private async birthdayIn(
    identity: unknown,
    caseId: string,
    { by, purpose, legalBasis, at }: CommandContext,
    opener: Opener,
  ): Promise<PlainDate | undefined> {
    const disclosed = await this.facts.events(streamName('disclosure', caseId));
    if (!isEnvelope(identity)) return undefined;
    const [opened] = await opener.open([identity], {
      caseId,
      actor: by,
      purpose,
      legalBasis,
      at,
      disclosureRevision: disclosed.at(-1)?.revision ?? -1,
    });
    if (!opened?.opened) return undefined;
    const { personalIdentityNumber } = opened.value as { personalIdentityNumber: string };
    return parseIdentityNumber(personalIdentityNumber, plainDateOf(at)).dateInNumber;
  }

  /** Under the newest routing key that there is: with an older one somebody could become two persons. */
  private async subjectOf(number: string, rereadKeys: ApplicationOptions['rereadKeys']): Promise<string> {
    const find = (again: boolean) =>
      this.vault.findOrCreateSubject(this.#blinds.of(this.tokens.personHashes(number), again), randomUUID());
    try {
      return await find(false);
    } catch (error) {
      if (!(error instanceof EpochBehind) || !rereadKeys) throw error;
      this.renewKeys(await rereadKeys());
      return find(true);
    }
  }

  /**
   * Takes the keys of today: a new epoch is used from now on, class keys that were destroyed open nothing any more.
   * @throws KeyUnavailable when a class has no key, or an epoch of the routing key is missing
   */
  renewKeys(keys: KeyMaterial): void {
    this.tokens.renew(keys);
    this.#classKeys.replace(keys);
  }

  /**
   * Opens with a pass in the place of a grant: what came of each envelope, in order. Every opening was recorded before.
   * @throws see Opener.open
   */
  openByPass(
    passId: string,
    envelopes: readonly Envelope[],
    context: Omit<OpenContext, 'disclosureRevision'>,
  ): Promise<readonly Opened[]> {
    const vault = { open: (places: readonly KeyPlace[]) => this.vault.openByPass(passId, places, context) };
    // Grants are not asked, so it does not matter how far they have come.
    return new Opener(this.#classKeys, vault).open(envelopes, { ...context, disclosureRevision: -1 });
  }

  /**
   * Opens the note of a broken glass for who confirms or reviews it: what came of each envelope. Recorded before.
   * @throws see Opener.open
   */
  openGlassNote(
    glassId: string,
    envelopes: readonly Envelope[],
    context: Omit<OpenContext, 'disclosureRevision'>,
  ): Promise<readonly Opened[]> {
    const vault = {
      open: (places: readonly KeyPlace[]) => this.vault.openGlassNote(glassId, places, context),
    };
    return new Opener(this.#classKeys, vault).open(envelopes, { ...context, disclosureRevision: -1 });
  }

  /**
   * Carries out what an official asks for. That it is this official's to ask for was settled by the policy beside the
   * route. @throws see CommandExecutor.execute
   */
  execute<Type extends IntentType>(
    type: Type,
    intent: Intents[Type],
    context: CommandContext,
  ): Promise<CommandResult> {
    return this.executor.execute(this.handlings[type], intent, context);
  }
}

/** The worker's side of the road: carries out what processes send, without any key. */
export const createSystemSender = (
  { store, pool }: Pick<ApplicationOptions, 'store' | 'pool'>,
  clock: Clock,
): SystemCommandSender => {
  // What a process sends names its stream: there is nothing to look up.
  const facts = new Facts(store, async () => undefined);
  return new SystemCommandSender(
    createExecutor(store, undefined),
    { facts, conflicts: new ConflictCheck(pool) },
    clock,
  );
};

/** The command loop over the deciders of this system. Without a sealer it cannot write a sealed field. */
export const createExecutor = (
  store: EventStore,
  sealer: EventSealer | undefined,
  recentlyRead?: (stream: string) => LoadedStream | undefined,
): CommandExecutor =>
  new CommandExecutor(
    store,
    deciderOf,
    (type) => codec.schemaVersionOf(type),
    sealer,
    assertCatalogued,
    recentlyRead,
  );

/** How long the grants of what a colleague has just written may take to follow, in milliseconds. */
const grantsFollowMs = [150, 350, 700];

export const eventSealer = (sealer: Sealer): EventSealer => ({
  async seal(data, place, context) {
    const { by: actor, purpose, legalBasis, at } = context;
    for (const pauseMs of grantsFollowMs)
      try {
        return await sealer.seal(data, { ...place, actor, purpose, legalBasis, at });
      } catch (error) {
        // Who may write was settled by the policy; a key that a colleague made comes with the grant for it.
        if (!(error instanceof WriteRefused)) throw error;
        await sleep(pauseMs);
      }
    return sealer.seal(data, { ...place, actor, purpose, legalBasis, at });
  },
});

/** Letters and digits that cannot be mistaken for each other when read aloud. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Keyed, so that nobody can compute the code of a case, or find the case of a code. */
export const referenceCodes =
  (tokens: Tokens) =>
  (proposalId: string): string => {
    const keyed = tokens.referenceHash(proposalId);
    const digits = [...createHash('sha256').update(keyed).digest().subarray(0, 8)].map(
      (byte) => alphabet[byte % alphabet.length],
    );
    return `R-${digits.slice(0, 4).join('')}-${digits.slice(4).join('')}`;
  };
