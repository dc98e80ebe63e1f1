import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { derivedId, type AgencyKind, type Instant, type SystemCommand, type Token } from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import { rules2026 } from '#domain/coordination';
import type { EventStore } from '#event-store';
import { MemoryEventStore } from '#event-store/memory';
import {
  ClassKeys,
  type CaseFile,
  type Companions,
  type ConflictCheck,
  type ConflictEntry,
  type ConflictRegister,
  Fingerprints,
  type KeyMaterial,
  type SealedStream,
  sealedStreams,
  Sealer,
  Tokens,
  type Vault,
} from '#personal-data';
import { SettableClock } from '#platform';
import type { CommandSender, SendResult } from '#subscriptions';
import {
  Application,
  createExecutor,
  createSystemSender,
  eventSealer,
  referenceCodes,
} from '../application.js';
import { codec } from '../catalogue.js';
import type { CommandContext, CommandExecutor, CommandResult } from '../command-executor.js';
import { AppointedContacts } from '../contacts.js';
import { Facts } from '../facts.js';
import {
  type ErasureDependencies,
  erasureHandlings,
  type ErasureIntents,
  intentHandlings,
  type HandlerDependencies,
  type IntentHandlings,
} from '../handlers/index.js';
import type { Intents, IntentType } from '../intents.js';
import { Directory } from '../organisations.js';
import {
  boardId,
  coordinatorId,
  inventedProviders,
  policeId,
  taxAgencyId,
} from '../reference/organisations.js';
import { SystemCommandSender } from '../system-command-sender.js';

/** What a command says beside its intent; everything has a sensible default. */
export interface Saying {
  /** Stands for the Idempotency-Key; a new one each time by default. */
  readonly key?: string;
  readonly ifMatch?: CommandContext['ifMatch'];
  /** Stands for the keyed hash of the body; made of the intent by default. */
  readonly fingerprint?: string;
}

export const startOfWorld: Instant = '2026-03-02T08:00:00.000Z';
const appointedFrom: Instant = '2026-01-01T00:00:00.000Z';
/** Of assessors who were there before their coordinator: of those appointed first none is one. */
const longAgo: Instant = '2025-01-01T00:00:00.000Z';

/** The organisations of the invented cases: home in Skåne, receiver in Västerbotten, whose regions differ. */
export const home = boardId('1280');
export const receiver = boardId('2480');
export const homePolice = policeId('syd');
export const receivingPolice = policeId('nord');
export const coordinator = coordinatorId;
export const provider = inventedProviders.find(({ municipalityCode }) => municipalityCode === '2480')!;

/**
 * A small invented country over the real handlers, the real deciders and a store: officials are appointed by commands,
 * and what an official or a process does is a command like any other. No transport, no worker.
 */
export class World {
  readonly clock = new SettableClock(startOfWorld);
  private readonly employed = new Map<string, { organisation: string; agencyKind: AgencyKind }>();
  private readonly holders: { readonly place: string; readonly person: Token; readonly from: Instant }[] = [];
  private readonly cases = new Map<string, string>();
  /** What was asked for, as it came in: where the canaries of a leak test come from. */
  readonly asked = new Map<IntentType, unknown[]>();
  private register: RegisterInMemory | undefined;
  private commands = 0;

  private constructor(
    readonly store: EventStore,
    keys: KeyMaterial,
    parts: (world: World) => {
      readonly executor: CommandExecutor;
      readonly handlings: IntentHandlings;
      readonly sender: CommandSender;
      readonly directory: Directory;
      readonly facts: Facts;
      readonly sealedStreams: ErasureDependencies['sealedStreams'];
    },
  ) {
    this.tokens = new Tokens(keys);
    this.fingerprints = new Fingerprints(new ClassKeys(keys));
    ({
      executor: this.executor,
      handlings: this.handlings,
      sender: this.sender,
      directory: this.directory,
      facts: this.facts,
      sealedStreams: this.sealedStreams,
    } = parts(this));
  }

  readonly tokens: Tokens;
  readonly fingerprints: Fingerprints;
  readonly executor: CommandExecutor;
  readonly handlings: IntentHandlings;
  /** The worker's side: carries out what processes send, without a key. */
  readonly sender: CommandSender;
  readonly directory: Directory;
  readonly facts: Facts;
  readonly sealedStreams: ErasureDependencies['sealedStreams'];

  /**
   * Everything in memory: the store, the vault's keys, the index of persons and Police's register.
   * @param name tells the persons of one world from those of another
   */
  static inMemory(keys: KeyMaterial, name = ''): World {
    const store = new MemoryEventStore({ codec });
    return new World(store, keys, (world) => {
      const { tokens } = world;
      const register = new RegisterInMemory();
      const vault = new VaultInMemory();
      world.register = register;
      const companions = new CompanionsInMemory();
      const facts = new Facts(
        store,
        (id) => world.caseOf(id),
        (subject) => companions.withWhom(subject),
      );
      const directory = new Directory(tokens, (official) => facts.isAppointed(official));
      const dependencies: HandlerDependencies = {
        facts,
        directory,
        contacts: new AppointedContacts(facts, (organisation, functions) =>
          world.holding(organisation, functions),
        ),
        persons: { subjectOf: async (number) => derivedId('subject', `${name}${number}`) },
        companions,
        conflicts: register,
        register,
        passes: { enter: async () => 1 },
        recordCheck: async () => undefined,
        decidedPlaces: ({ caseId, subject }) => facts.decidedPlacesOf(caseId, vault.decidedPlaces(subject)),
        birthdayOf: async () => world.birthday,
        askedForBirthday: async () => {
          world.birthdaysOpened += 1;
          return world.birthday;
        },
        // Every record in memory is of somebody who does not review.
        records: { personOf: async () => world.person('reader') },
        referenceCode: referenceCodes(tokens),
      };
      return {
        executor: createExecutor(store, eventSealer(new Sealer(keys, vault))),
        handlings: intentHandlings(dependencies),
        sender: new SystemCommandSender(
          createExecutor(store, undefined),
          { facts, conflicts: register },
          world.clock,
        ),
        directory,
        facts,
        sealedStreams: async (subject) => vault.sealedStreams(subject),
      };
    });
  }

  /** The same over a database, as the api and the worker put it together. Its clock is declared to be simulated. */
  static async inDatabase(store: EventStore, pool: Pool, keys: KeyMaterial): Promise<World> {
    await pool.query('SELECT vault.declare_instance(true)');
    return new World(store, keys, (world) => {
      const proposals = {
        caseOf: (id: string) => world.caseOf(id),
        officialsHolding: (organisation: Token, functions: readonly OfficialFunction[]) =>
          world.holding(organisation, functions),
      };
      const { executor, handlings, directory, facts } = new Application({ store, pool, proposals }, keys);
      return {
        executor,
        handlings,
        directory,
        facts,
        sealedStreams: (subject) => sealedStreams(pool, subject),
        sender: createSystemSender({ store, pool }, world.clock),
      };
    });
  }

  get now(): Instant {
    return this.clock.now().toISOString();
  }

  person(sub: string): Token {
    return this.directory.person(sub);
  }

  /** Appoints somebody, trained, to functions in an organisation; from then on `act` speaks for that organisation. */
  async appoint(
    sub: string,
    organisation: string,
    agencyKind: AgencyKind,
    functions: readonly OfficialFunction[],
    from: Instant = appointedFrom,
  ): Promise<void> {
    for (const name of functions) {
      await this.act('registrar', 'AppointOfficial', {
        official: sub,
        organisation,
        agencyKind,
        function: name,
        delegated: ['RECEIVING_DECIDER', 'HOME_DUTY_OFFICER'].includes(name),
        from,
      });
      const place = `${this.directory.organisation(organisation)} ${name}`;
      this.holders.push({ place, person: this.person(sub), from });
    }
    await this.act('registrar', 'RecordTraining', { official: sub, completedAt: from });
    this.employed.set(sub, { organisation, agencyKind });
  }

  /** The officials of one home region and one receiving region, the coordinators, the rules and some capacity. */
  async found(): Promise<this> {
    this.employed.set('registrar', { organisation: coordinator, agencyKind: 'NATIONAL_COORDINATOR' });
    const board = 'SOCIAL_BOARD';
    await Promise.all([
      this.appoint('officer', home, board, ['HOME_OFFICER']),
      this.appoint('colleague', home, board, ['HOME_OFFICER']),
      this.appoint('duty', home, board, ['HOME_DUTY_OFFICER']),
      this.appoint('assessor', homePolice, 'POLICE', ['POLICE_COORDINATOR', 'POLICE_ASSESSOR']),
      this.appoint('assessor-2', homePolice, 'POLICE', ['POLICE_ASSESSOR']),
      ...['old-assessor-1', 'old-assessor-2', 'old-assessor-3'].map((sub) =>
        this.appoint(sub, receivingPolice, 'POLICE', ['POLICE_ASSESSOR'], longAgo),
      ),
      this.appoint('receiving-police', receivingPolice, 'POLICE', ['POLICE_COORDINATOR']),
      this.appoint('coordinator', coordinator, 'NATIONAL_COORDINATOR', ['NATIONAL_COORDINATOR']),
      this.appoint('deputy', coordinator, 'NATIONAL_COORDINATOR', ['DEPUTY_COORDINATOR']),
      this.appoint('preparer', receiver, board, ['RECEIVING_OFFICER']),
      this.appoint('decider', receiver, board, ['RECEIVING_DECIDER']),
      this.appoint('tax-officer', taxAgencyId, 'TAX_AGENCY', ['PROTECTION_OFFICER']),
      this.appoint('probation', 'probation:national', 'PROBATION_SERVICE', ['AGENCY_CONTACT']),
      this.appoint('document-registrar', home, board, ['DOCUMENT_REGISTRAR']),
      this.appoint('document-decider', home, board, ['DOCUMENT_DECIDER']),
      this.appoint('reviewer', home, board, ['LOG_REVIEWER']),
      this.appoint('director', provider.id, 'HOUSING_PROVIDER', ['FACILITY_DIRECTOR']),
      this.act('registrar', 'EnactRules', { rules: rules2026.rules, inForceFrom: rules2026.inForceFrom }),
    ]);
    await this.act('decider', 'DeclareCapacity', {
      places: 50,
      housingForms: ['PROTECTED', 'APARTMENT'],
      competences: ['DEFECTOR_SUPPORT'],
    });
    return this;
  }

  /** What the api puts around an intent. */
  context(
    sub: string,
    type: string,
    intent: object,
    { key, ifMatch, fingerprint }: Saying = {},
  ): CommandContext {
    const employer = this.employed.get(sub);
    if (!employer) throw new Error('nobody has been appointed under this name');
    const commandId = derivedId('command', this.person(sub), type, key ?? `command-${(this.commands += 1)}`);
    return {
      at: this.now,
      by: {
        person: this.person(sub),
        organisation: this.directory.organisation(employer.organisation),
        agencyKind: employer.agencyKind,
      },
      organisationId: employer.organisation,
      commandId,
      ...(fingerprint === undefined ? this.fingerprints.of(intent) : { fingerprint }),
      legalBasis: 'SOL_12_2',
      purpose: 'SUPPORT',
      policyVersion: '2026-11-22',
      correlationId: commandId,
      causationId: commandId,
      ifMatch,
    };
  }

  /** An official asks for something. That it is this official's to ask for is the api's to check, not the handlers'. */
  async act<Type extends IntentType>(
    sub: string,
    type: Type,
    intent: Intents[Type],
    saying?: Saying,
  ): Promise<CommandResult> {
    this.asked.set(type, [...(this.asked.get(type) ?? []), intent]);
    const result = await this.executor.execute(
      this.handlings[type],
      intent,
      this.context(sub, type, intent, saying),
    );
    if (result.created && 'caseId' in intent) this.know(result.created, intent.caseId);
    return result;
  }

  /** What a recorded opening of any identity says: no rule keeps this one. */
  birthday: string | undefined = '1990-01-10';
  /** How often one was opened for an inquiry. */
  birthdaysOpened = 0;
  /** Somebody asks for an erasure, or carries it out. */
  erase<Type extends keyof ErasureIntents>(
    sub: string,
    type: Type,
    intent: ErasureIntents[Type],
  ): Promise<CommandResult> {
    const handlings = erasureHandlings({
      facts: this.facts,
      directory: this.directory,
      sealedStreams: (subject) => this.sealedStreams(subject),
      birthdayOf: async () => this.birthday,
    });
    return this.executor.execute(handlings[type], intent, this.context(sub, type, intent));
  }

  /** A process sends something; the same key is the same command sent again. */
  send(
    type: string,
    stream: string,
    data: object,
    {
      key = `command-${(this.commands += 1)}`,
      onBehalfOf = {
        organisation: this.directory.organisation(coordinator),
        agencyKind: 'NATIONAL_COORDINATOR',
      },
    }: { readonly key?: string; readonly onBehalfOf?: SystemCommand['onBehalfOf'] } = {},
  ): Promise<SendResult> {
    const commandId = derivedId('process-command', stream, type, key);
    return this.sender.send(
      { type, stream, data, onBehalfOf },
      {
        commandId,
        correlationId: commandId,
        causationId: commandId,
        legalBasis: 'OSL_10_1',
        purpose: 'COORDINATION',
        policyVersion: '2026-11-22',
        actor: 'process:relocation',
        issuedAt: this.now,
        confirm: () => Promise.resolve(),
      },
    );
  }

  /** Tells the look-up table of a candidate or a proposal; needed for one that was written without a command. */
  know(id: string, caseId: string): void {
    this.cases.set(id, caseId);
  }

  /** How many rows Police's register holds; in memory only. */
  rowsOfPolice(): number {
    return this.register?.rows ?? 0;
  }

  private async caseOf(id: string): Promise<string | undefined> {
    return this.cases.get(id);
  }

  private async holding(
    organisation: Token,
    functions: readonly OfficialFunction[],
  ): Promise<readonly Token[]> {
    const places = functions.map((name) => `${organisation} ${name}`);
    const held = this.holders.filter(({ place }) => places.includes(place));
    // Oldest appointment first, whatever the function, as the look-up table proposes them.
    const oldestFirst = [...held].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
    return [...new Set(oldestFirst.map(({ person }) => person))];
  }
}

/** The vault's part in sealing: the first key of a place holds. */
class VaultInMemory implements Pick<Vault, 'keysForWriting'> {
  private readonly held = new Map<string, Awaited<ReturnType<Vault['keysForWriting']>>[number]>();

  keysForWriting: Vault['keysForWriting'] = async (proposals) =>
    proposals.map(({ subject, stream, class: dataClass, owner, proposed }) => {
      const place = [subject, stream, dataClass, owner].join('\n');
      const key = this.held.get(place) ?? proposed;
      this.held.set(place, key);
      return key;
    });

  decidedPlaces(of: string): readonly string[] {
    return [...this.held.keys()]
      .map((place) => place.split('\n'))
      .flatMap(([subject, stream, dataClass]) =>
        subject === of && dataClass === 'address' && stream?.startsWith('decision-') ? [stream] : [],
      );
  }

  sealedStreams(subject: string): readonly SealedStream[] {
    const places = [...this.held.keys()].map((place) => place.split('\n'));
    const mine = places.filter(([of]) => of === subject);
    return [...new Set(mine.map(([, stream]) => stream!))].map((stream) => ({
      stream,
      recent: false,
      owners: [...new Set(mine.filter((one) => one[1] === stream).map((one) => one[3]!))],
    }));
  }
}

/** Police's register with the one ring that matters here, the area; the real one is asked in the tests with a database. */
class RegisterInMemory
  implements Pick<ConflictCheck, 'verdict'>, Pick<ConflictRegister, 'addEntries' | 'addPresence'>
{
  private readonly entries: (ConflictEntry & { readonly subject: string | undefined })[] = [];
  private readonly presence: { readonly conflict: Token; readonly area: Token }[] = [];

  get rows(): number {
    return this.entries.length + this.presence.length;
  }

  addEntries: ConflictRegister['addEntries'] = async (subject, entries) => {
    this.entries.push(...entries.map((entry) => ({ ...entry, subject })));
  };

  addPresence: ConflictRegister['addPresence'] = async (presence) => {
    this.presence.push(presence);
  };

  verdict: ConflictCheck['verdict'] = async ({ subject, residents, area }) => {
    const of = (one: string) => this.entries.filter((entry) => entry.subject === one);
    const mine = of(subject);
    const opposed = (one: ConflictEntry, other: ConflictEntry) =>
      one.token === other.token &&
      ((one.kind === 'NETWORK' && other.kind === 'ADVERSARY_NETWORK') ||
        (one.kind === 'ADVERSARY_NETWORK' && other.kind === 'NETWORK'));
    const near = residents.flatMap((resident) => of(resident.subject));
    const refers =
      mine.some((one) => near.some((other) => opposed(one, other))) ||
      mine.some(
        ({ kind, token }) =>
          kind === 'ADVERSARY_NETWORK' &&
          this.presence.some((known) => known.conflict === token && known.area === area),
      );
    return refers ? 'REFER_TO_POLICE' : 'CLEAR';
  };
}

/** Who goes along, in memory. */
class CompanionsInMemory implements Pick<Companions, 'goAlong' | 'asked' | 'withWhom'> {
  private readonly along: { readonly file: CaseFile; readonly token: Token }[] = [];
  private readonly inquiries: { readonly subject: string; readonly token: Token }[] = [];

  goAlong: Companions['goAlong'] = async (file, tokens) => {
    this.along.push(...tokens.map((token) => ({ file, token })));
  };

  asked: Companions['asked'] = async ({ subject }, token) => {
    this.inquiries.push({ subject, token });
  };

  withWhom: Companions['withWhom'] = async (subject) => {
    const asked = this.inquiries.filter((one) => one.subject === subject).map(({ token }) => token);
    return this.along.flatMap(({ file, token }) =>
      file.subject !== subject && asked.includes(token) ? [file] : [],
    );
  };
}

/** An invented personal identity number of Skatteverket's series for tests (birth number 980 to 999), by order. */
export const inventedNumber = (order: number): string => {
  const day = new Date(Date.UTC(1990, 0, 1) + (order % 7_000) * 86_400_000).toISOString().slice(0, 10);
  const nine = `${day.slice(2).replaceAll('-', '')}98${(order >> 8) % 10}`;
  const sum = [...nine].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return `${day.replaceAll('-', '')}${nine.slice(6)}${(10 - (sum % 10)) % 10}`;
};

/** A network name nobody has, for planting canaries. */
export const inventedNetwork = (name: string): string =>
  `Påhittat nätverk ${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
