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
import { type CommandContext, UnknownTarget } from '../command-executor.js';
import type { Intents } from '../intents.js';
import { findOrganisation } from '../reference/organisations.js';
import type { IntentHandlings } from './define.js';
import type { HandlerDependencies } from './dependencies.js';

type Requested = Extract<PublicAccessEvent, { type: 'DocumentsRequested' }>['data'];

const requestIdOf = ({ by, commandId }: Pick<CommandContext, 'by' | 'commandId'>): string =>
  derivedId('document-request', by.person, commandId);

/** Nobody is behind a request for documents: what is sealed there has a subject of its own. */
const subjectOf = (requestId: string): string => derivedId('document-request-subject', requestId);

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

  /** The rules of the caller's own register. */
  const ownRules = async ({ organisationId = '', at }: CommandContext) =>
    facts.registerRules(directory.register(organisationId), at);

  const answer = async (
    { requestId, outcome, kinds, findings, note, pages }: Intents['AnswerDocumentRequest'],
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
    return {
      data: {
        requestId,
        outcome,
        kinds,
        findings,
        assessment: confidential('social', { findings, note }),
        ...(copies && { copies: confidential('cost', copies) }),
      },
      sealing: { caseId: requestId, subject: subjectOf(requestId), owner: authority },
    };
  };

  return {
    RegisterDocumentRequest: {
      stream: (_intent, context) => streamName('public-access', requestIdOf(context)),
      creates: requestIdOf,
      async prepare({ registryNumber, text, contact, kinds, receivedAt }, context) {
        const requestId = requestIdOf(context);
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
          sealing: { caseId: requestId, subject: subjectOf(requestId), owner: authority },
        };
      },
    },

    TakeOverDocumentRequest: {
      stream,
      async prepare(intent, context, loaded) {
        requestedIn(loaded.events, context);
        return { type: 'TakeOverDocumentRequest', data: intent };
      },
    },

    AnswerDocumentRequest: {
      stream,
      async prepare(intent, context, loaded) {
        return { type: 'AnswerDocumentRequest', ...(await answer(intent, context, loaded.events)) };
      },
    },

    RequestAuthorityDecision: {
      stream,
      async prepare({ requestId, requestedOn }, context, loaded) {
        requestedIn(loaded.events, context);
        return {
          type: 'RequestAuthorityDecision',
          data: {
            requestId,
            requestedOn,
            decideBy: deadline(clockOn('DECISION', requestedOn), startOfDay(requestedOn)),
          },
        };
      },
    },

    DecideDocumentRequest: {
      stream,
      async prepare(intent, context, loaded) {
        return { type: 'DecideDocumentRequest', ...(await answer(intent, context, loaded.events)) };
      },
    },

    RecordRefusalServed: {
      stream,
      async prepare({ requestId, servedOn }, context, loaded) {
        requestedIn(loaded.events, context);
        return {
          type: 'RecordRefusalServed',
          data: {
            requestId,
            servedOn,
            appealBy: deadline(clockOn('APPEAL', servedOn), startOfDay(servedOn)),
          },
        };
      },
    },

    RecordRefusalAppealed: {
      stream,
      async prepare(intent, context, loaded) {
        requestedIn(loaded.events, context);
        return { type: 'RecordRefusalAppealed', data: intent };
      },
    },

    RecordAppealOutcome: {
      stream,
      async prepare({ requestId, outcome, decidedOn }, context, loaded) {
        requestedIn(loaded.events, context);
        return {
          type: 'RecordAppealOutcome',
          data: {
            requestId,
            outcome,
            decidedOn,
            // The court's decision may be older than the day on which it reached the authority: the clock is ours.
            decideBy: deadline(clockOn('DECISION', plainDateOf(context.at)), context.at),
          },
        };
      },
    },

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
