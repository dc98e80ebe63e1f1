import { readFile } from 'node:fs/promises';
import { authoriseAny, type Decision, type Official, type Policy, policyVersion } from '#access';
import {
  Application,
  codec,
  type CommandContext,
  coordinatorId,
  type DueFile,
  type ErasedFile,
  type ErasureIntents,
  UnknownTarget,
} from '#application';
import { openLog } from '#event-store';
import { derivedId, DomainError, type Instant, type Token } from '#kernel';
import { Tombstones } from '#personal-data';
import { type Config, createPool, OperatorError, readKeyFile, systemClock } from '#platform';
import { InvalidToken, IssuerUnreachable, TokenVerifier } from '../../api/http/auth/token-verifier.js';
import {
  documentDeciders,
  documentRegistrars,
  homeOfficer,
  inquiryOfficers,
} from '../../api/http/policies.js';
import { uuidShape } from '../../api/http/route.js';
import { keyFileOf } from '../rotate-keys.js';
import type { Means } from './carry-out.js';
import { dueFilesOf, type MayOrder } from './due.js';
import { withTwoAtLeast } from './two-at-least.js';

export interface Erasing extends Means {
  readonly application: Application;
  /** As the officer whose access token lies in a file: an own login, at least LoA3 and fresh, and a part in the case, the inquiry or the request. */
  asOfficer<Type extends keyof ErasureIntents>(
    tokenFile: string,
    type: Type,
    intent: ErasureIntents[Type] & ErasedFile,
  ): Promise<{ readonly created?: string }>;
  /** The files that are due, of those that the officer behind the token could order to be erased: on record before it is told. */
  due(tokenFile: string): Promise<readonly DueFile[]>;
}

/** Gives a tool what it needs to order and carry out erasures, as the owner of the database with the key file in hand. */
export const withErasures = async <Result>(
  databaseUrl: string,
  config: Config,
  work: (erasing: Erasing) => Promise<Result>,
): Promise<Result> => {
  const file = keyFileOf(config);
  const keys = await readKeyFile(file);
  // Sweeping a large table takes its time.
  const pool = createPool(databaseUrl, { name: 'erasure', max: 4, statementTimeoutMs: 30 * 60_000 });
  const store = await openLog({ databaseUrl, eventStore: config.eventStore, codec, name: 'erasure' });
  try {
    const proposals = { caseOf: async () => undefined, officialsHolding: async () => [] };
    const application = new Application({ store, pool, proposals }, keys);
    const now = () => systemClock.now().toISOString();
    return await work({
      store,
      pool,
      file,
      tombstones: new Tombstones(config.tombstoneFile),
      executor: application.executor,
      erasures: application.erasures,
      by: {
        person: application.tokens.token('person', 'operator'),
        organisation: application.directory.organisation(coordinatorId),
        agencyKind: 'NATIONAL_COORDINATOR',
      },
      now,
      application,
      async asOfficer(tokenFile, type, intent) {
        const context = await contextOf(application, config, tokenFile, type, intent);
        try {
          return await application.executor.execute(application.erasures[type], intent, context);
        } catch (error) {
          // What the rules say no to tells something of the file, too.
          if (error instanceof DomainError || error instanceof UnknownTarget)
            await application.vault.recordRefusal({
              at: context.at,
              actor: context.by.person,
              organisation: context.by.organisation,
              agencyKind: context.by.agencyKind,
              route: `ops erasure ${type}`,
              reason: error instanceof DomainError ? error.code : 'UNKNOWN_TARGET',
              asked: idOf(intent),
              ...(intent.caseId !== undefined && { caseId: intent.caseId }),
              purpose: context.purpose,
              legalBasis: context.legalBasis,
            });
          throw error;
        }
      },
      async due(tokenFile) {
        const { official, at, refuse } = await logIn(application, config, tokenFile, 'due');
        const works = authoriseAny(
          official,
          [byRetention(homeOfficer('NO_CASE', 'RETENTION'))],
          undefined,
          at,
        );
        if (!works.ok) return refuse(works.reason);
        return dueFilesOf(
          store,
          new Set(official.appointments.map(({ organisation }) => organisation)),
          (caseId) => mayOrder(application, official, { caseId }, at),
          (caseId, decision) =>
            application.dueFile(caseId, contextFor(application, decision, 'due', { caseId }, now())),
          ({ person, organisation, agencyKind, purpose, legalBasis }, files) =>
            application.vault.recordList({
              as: 'LIST',
              files,
              actor: { person, organisation, agencyKind },
              purpose,
              legalBasis,
              at: now(),
              rescue: false,
            }),
        );
      },
    });
  } finally {
    await store.close();
    await pool.end();
  }
};

const idOf = (file: ErasedFile): string => {
  if (file.caseId !== undefined) return file.caseId;
  return file.inquiryId ?? file.requestId;
};

/**
 * Officers of the home board, whose file it is; of an authority that decides inquiries, or registrars and deciders of one that
 * is asked for documents, of which the handler asks that it decided this one, or that this one came to it; who they are is said by their own login, shortly before.
 */
const policiesFor = (file: ErasedFile): readonly Policy[] => ordering(file).map(byRetention);
const ordering = ({ caseId, inquiryId }: ErasedFile): readonly Policy[] => {
  if (caseId !== undefined) return [homeOfficer(['HOME_BOARD'], 'RETENTION')];
  return inquiryId === undefined
    ? [...documentRegistrars('RETENTION'), ...documentDeciders('RETENTION')]
    : inquiryOfficers('RETENTION');
};
const byRetention = (policy: Policy): Policy => ({ ...policy, legalBasis: 'ARKIVL_10', login: 'FRESH_LOA3' });

/** Whether an official may order the erasure of a file, now. */
const mayOrder = async (
  application: Application,
  official: Official,
  file: ErasedFile,
  at: Instant,
): Promise<Decision> => {
  const found =
    file.caseId === undefined
      ? undefined
      : await withTwoAtLeast(
          await application.parts.of({ caseId: file.caseId }),
          official.person,
          (one, board) => application.contacts.holds(one, board, ['HOME_OFFICER'], at),
        );
  return authoriseAny(official, policiesFor(file), found, at);
};

/**
 * Who is behind an access token, now, and how a refusal to that person is said: on record first.
 * @throws OperatorError for a token that is not good: of that the reason alone is on record, and nobody
 */
const logIn = async (
  application: Application,
  config: Config,
  tokenFile: string,
  type: string,
  caseId?: string,
): Promise<{
  readonly official: Official;
  readonly at: Instant;
  readonly refuse: (reason: string) => Promise<never>;
}> => {
  const at = systemClock.now().toISOString();
  const issuer = config.oidcIssuer ?? `http://127.0.0.1:${config.issuerPort}`;
  const verifier = new TokenVerifier({ issuer, audience: config.oidcAudience, clock: systemClock });
  const token = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
    throw new OperatorError('The file of --token-file cannot be read.', { cause: error });
  });
  // On record before anything is answered, as the api does it: of a bad token the reason alone, and nobody.
  const refused = (who: { readonly actor?: Token; readonly reason: string }): Promise<void> =>
    application.vault.recordRefusal({
      at,
      route: `ops erasure ${type}`,
      ...who,
      ...(caseId !== undefined && uuidShape.test(caseId) && { caseId }),
    });
  const verified = await verifier.verify(token.trim()).catch(async (error: unknown) => {
    if (!(error instanceof InvalidToken || error instanceof IssuerUnreachable)) throw error;
    await refused({ reason: error instanceof InvalidToken ? error.reason : 'ISSUER_UNREACHABLE' });
    throw new OperatorError(
      'The access token of --token-file is not good: log in again, and see that the issuer answers.',
    );
  });
  const person = await application.directory.official(verified.subject);
  const official = await application.officials.of(
    person,
    {
      assurance: verified.assurance >= 3 ? 'LOA3' : verified.assurance === 2 ? 'LOA2' : 'LOA1',
      authenticatedAt: verified.authenticatedAt?.toISOString() ?? '1970-01-01T00:00:00.000Z',
    },
    verified.organisationNumber,
    at,
  );
  return {
    official,
    at,
    async refuse(reason) {
      await refused({ actor: person, reason });
      throw new OperatorError(
        'This is no case of which the person behind the access token is a named officer of the home board (or any home officer there, once it is closed and fewer than two of them are left), nor may that person decide an inquiry or answer requests for documents, or the login is too weak or too old.',
      );
    },
  };
};

const contextOf = async (
  application: Application,
  config: Config,
  tokenFile: string,
  type: string,
  intent: ErasedFile,
): Promise<CommandContext> => {
  const { official, at, refuse } = await logIn(application, config, tokenFile, type, intent.caseId);
  const decision = await mayOrder(application, official, intent, at);
  return decision.ok ? contextFor(application, decision, type, intent, at) : refuse(decision.reason);
};

const contextFor = (
  application: Application,
  decision: MayOrder,
  type: string,
  intent: ErasedFile,
  at: Instant,
): CommandContext => {
  const { person } = decision;
  const commandId = derivedId('command', person, type, idOf(intent), at);
  return {
    at,
    by: { person, organisation: decision.organisation, agencyKind: decision.agencyKind },
    organisationId: application.officials.idOf(decision.organisation),
    commandId,
    ...application.fingerprints.of(intent),
    legalBasis: decision.legalBasis,
    purpose: decision.purpose,
    policyVersion,
    correlationId: commandId,
    causationId: commandId,
  };
};
