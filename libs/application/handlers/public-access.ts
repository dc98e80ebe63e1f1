import {
  confidential,
  deadline,
  derivedId,
  DomainError,
  plainDateOf,
  type RecordedEvent,
  startOfDay,
  streamName,
} from '#kernel';
import { clockOn, copyFee, copyFeesOf, fitsPattern, type PublicAccessEvent } from '#domain/public-access';
import { type CommandContext, type LoadedStream, UnknownTarget } from '../command-executor.js';
import type { Intents } from '../intents.js';
import { findOrganisation } from '../reference/organisations.js';
import type { CommandData, IntentHandlings } from './define.js';
import type { HandlerDependencies } from './dependencies.js';

type Requested = Extract<PublicAccessEvent, { type: 'DocumentsRequested' }>['data'];

type AboutRequest =
  | 'TakeOverDocumentRequest'
  | 'RequestAuthorityDecision'
  | 'RecordRefusalServed'
  | 'RecordRefusalAppealed'
  | 'RecordAppealOutcome';

/** Nobody is behind a request for documents: what is sealed there has a subject of its own. */
export const requestSubject = (requestId: string): string => derivedId('document-request-subject', requestId);

/** How many may open the words of a request: the authority's registrars and deciders, longest appointed first. */
const mostReaders = 6;

/** How a request begins, for its own authority. @throws UnknownTarget, also for every other authority */
const requestedIn = (events: readonly RecordedEvent[], { by }: CommandContext): Requested => {
  const first = events[0]?.data as Requested | undefined;
  if (first?.authority !== by.organisation) throw new UnknownTarget();
  return first;
};

/**
 * Requests for official documents. No stream of a case is read on this road, so that a case which exists and one which
 * does not are the same to it.
 */
export const publicAccessHandlings = ({
  facts,
  directory,
  contacts,
}: HandlerDependencies): Pick<
  IntentHandlings,
  | 'RegisterDocumentRequest'
  | 'TakeOverDocumentRequest'
  | 'AnswerDocumentRequest'
  | 'RequestAuthorityDecision'
  | 'DecideDocumentRequest'
  | 'RecordRefusalServed'
  | 'RecordRefusalAppealed'
  | 'RecordAppealOutcome'
  | 'EnactRegisterRules'
> => {
  const stream = ({ requestId }: { readonly requestId: string }) => streamName('public-access', requestId);

  /**
   * One number in one register is one request: the stream is found by it, and is the claim on it. The number may say who is
   * asked about, so only a keyed hash of it goes into the id.
   */
  const requestIdOf = (
    { organisationId = '' }: CommandContext,
    { registryNumber }: Pick<Intents['RegisterDocumentRequest'], 'registryNumber'>,
  ): string => derivedId('document-request', directory.registryNumber(organisationId, registryNumber));

  /** The rules of the caller's own register. */
  const ownRules = async ({ organisationId = '', at }: CommandContext) =>
    facts.registerRules(directory.register(organisationId), at);

  const answer = async (
    {
      requestId,
      outcome,
      kinds,
      findings,
      restFindings,
      note,
      pages,
      smallestFigure,
    }: Intents['AnswerDocumentRequest'],
    context: CommandContext,
    events: readonly RecordedEvent[],
  ) => {
    const { authority, authorityKind } = requestedIn(events, context);
    const copies =
      pages === undefined
        ? undefined
        : {
            pages,
            feeOre: copyFee(
              pages,
              copyFeesOf(authorityKind, await ownRules(context), plainDateOf(context.at)),
            ),
          };
    const rest = restFindings === undefined ? {} : { restFindings };
    const figure = smallestFigure === undefined ? {} : { smallestFigure };
    return {
      data: {
        requestId,
        outcome,
        kinds,
        findings,
        ...rest,
        ...figure,
        assessment: confidential('social', { findings, ...rest, note, ...figure }),
        ...(copies && { copies: confidential('cost', copies) }),
      },
      sealing: { caseId: requestId, subject: requestSubject(requestId), owner: authority },
    };
  };

  /** What is recorded about a request of the own authority; the decider of the request says whether it can be. */
  const ofOwn = <Type extends AboutRequest>(
    type: Type,
    data: (intent: Intents[Type], context: CommandContext) => CommandData<Type>,
  ) => ({
    stream,
    async prepare(intent: Intents[Type], context: CommandContext, loaded: LoadedStream) {
      requestedIn(loaded.events, context);
      return { type, data: data(intent, context) };
    },
  });
  /** An answer, by an official or for the authority: the same, but for who decides on it. */
  const ofAnswer = <Type extends 'AnswerDocumentRequest' | 'DecideDocumentRequest'>(type: Type) => ({
    stream,
    async prepare(intent: Intents[Type], context: CommandContext, loaded: LoadedStream) {
      return { type, ...(await answer(intent, context, loaded.events)) };
    },
  });

  return {
    RegisterDocumentRequest: {
      stream: (intent, context) => streamName('public-access', requestIdOf(context, intent)),
      creates: requestIdOf,
      async prepare({ registryNumber, text, contact, kinds, receivedAt }, context) {
        const requestId = requestIdOf(context, { registryNumber });
        const { organisation: authority, agencyKind, person } = context.by;
        const [rules, holders] = await Promise.all([
          ownRules(context),
          contacts.holding(authority, ['DOCUMENT_REGISTRAR', 'DOCUMENT_DECIDER'], context.at, mostReaders),
        ]);
        return {
          type: 'RegisterDocumentRequest',
          data: {
            requestId,
            authority,
            authorityKind: agencyKind,
            registeredBy: person,
            readers: [...new Set([person, ...holders])],
            anonymous: contact === undefined,
            kinds,
            receivedAt,
            answerBy: deadline(clockOn('ANSWER', plainDateOf(receivedAt)), receivedAt),
            request: confidential('social', {
              registryNumber,
              text,
              ...(contact === undefined ? {} : { contact }),
            }),
            registryNumberFits: rules?.pattern === undefined || fitsPattern(rules.pattern, registryNumber),
          },
          sealing: { caseId: requestId, subject: requestSubject(requestId), owner: authority },
        };
      },
    },

    TakeOverDocumentRequest: ofOwn('TakeOverDocumentRequest', (intent) => intent),

    AnswerDocumentRequest: ofAnswer('AnswerDocumentRequest'),

    RequestAuthorityDecision: ofOwn('RequestAuthorityDecision', (intent) => ({
      ...intent,
      decideBy: deadline(clockOn('DECISION', intent.requestedOn), startOfDay(intent.requestedOn)),
    })),

    DecideDocumentRequest: ofAnswer('DecideDocumentRequest'),

    RecordRefusalServed: ofOwn('RecordRefusalServed', (intent) => ({
      ...intent,
      appealBy: deadline(clockOn('APPEAL', intent.servedOn), startOfDay(intent.servedOn)),
    })),

    RecordRefusalAppealed: ofOwn('RecordRefusalAppealed', (intent) => intent),

    RecordAppealOutcome: ofOwn('RecordAppealOutcome', (intent, { at }) => ({
      ...intent,
      // The court's decision may be older than the day on which it reached the authority: the clock is ours.
      decideBy: deadline(clockOn('DECISION', plainDateOf(at)), at),
    })),

    EnactRegisterRules: {
      stream: ({ authority }) => streamName('public-register', directory.register(authority)),
      async prepare({ authority, rules, inForceFrom }) {
        const organisation = findOrganisation(authority);
        if (!organisation || organisation.agencyKind === 'HOUSING_PROVIDER')
          throw new DomainError('public_access.not_an_authority');
        return {
          type: 'EnactRegisterRules',
          data: {
            register: directory.register(authority),
            rules,
            inForceFrom,
            authorityKind: organisation.agencyKind,
          },
        };
      },
    },
  };
};
