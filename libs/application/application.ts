import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Envelope, Token } from '#kernel';
import type { EventStore } from '#event-store';
import type { OfficialFunction } from '#domain/appointment';
import {
  assertCatalogued,
  ConflictCheck,
  ConflictRegister,
  type KeyMaterial,
  type KeyPlace,
  type OpenContext,
  type Opened,
  Opener,
  Sealer,
  Tokens,
  Vault,
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
import { intentHandlings, type IntentHandlings } from './handlers/index.js';
import type { Intents, IntentType } from './intents.js';
import { Directory } from './organisations.js';
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
}

/** Everything that can be done with the keys in hand: the api's side of the road. */
export class Application {
  readonly facts: Facts;
  readonly tokens: Tokens;
  readonly directory: Directory;
  readonly contacts: AppointedContacts;
  readonly parts: CaseParts;
  readonly officials: Officials;
  readonly vault: Vault;
  readonly opener: Opener;
  readonly executor: CommandExecutor;
  readonly handlings: IntentHandlings;
  readonly #keys: KeyMaterial;

  constructor({ store, pool, proposals }: ApplicationOptions, keys: KeyMaterial) {
    this.#keys = keys;
    const reads = new RecentReads(store);
    this.facts = new Facts(reads, (id) => proposals.caseOf(id));
    this.tokens = new Tokens(keys);
    this.directory = new Directory(this.tokens);
    this.contacts = new AppointedContacts(this.facts, (organisation, functions) =>
      proposals.officialsHolding(organisation, functions),
    );
    this.parts = new CaseParts(this.facts);
    this.officials = new Officials(this.facts, this.directory);
    this.vault = new Vault(pool);
    this.opener = new Opener(keys, this.vault);
    this.executor = createExecutor(store, eventSealer(new Sealer(keys, this.vault)), (stream) =>
      reads.take(stream),
    );
    this.handlings = intentHandlings({
      facts: this.facts,
      directory: this.directory,
      contacts: this.contacts,
      persons: {
        subjectOf: (number) => this.vault.findOrCreateSubject(this.tokens.personHashes(number), randomUUID()),
      },
      conflicts: new ConflictCheck(pool),
      register: new ConflictRegister(pool),
      passes: { enter: (pass) => this.vault.enterPass(pass) },
      records: { personOf: (of, record) => this.vault.personOfRecord(of, record) },
      referenceCode: referenceCodes(this.tokens),
    });
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
    return new Opener(this.#keys, vault).open(envelopes, { ...context, disclosureRevision: -1 });
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

export const eventSealer = (sealer: Sealer): EventSealer => ({
  seal: (data, place, context) =>
    sealer.seal(data, {
      ...place,
      actor: context.by,
      purpose: context.purpose,
      legalBasis: context.legalBasis,
      at: context.at,
    }),
});

/** Letters and digits that cannot be mistaken for each other when read aloud. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Keyed, so that nobody can compute the code of a case, or find the case of a code. */
export const referenceCodes =
  (tokens: Tokens) =>
  (proposalId: string): string => {
    const keyed = tokens.fingerprint(['reference-code', proposalId]);
    const digits = [...createHash('sha256').update(keyed).digest().subarray(0, 8)].map(
      (byte) => alphabet[byte % alphabet.length],
    );
    return `R-${digits.slice(0, 4).join('')}-${digits.slice(4).join('')}`;
  };
