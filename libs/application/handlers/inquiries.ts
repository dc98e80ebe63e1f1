import {
  type AgencyKind,
  confidential,
  derivedId,
  fold,
  type Instant,
  plainDateOf,
  type RecordedEvent,
  streamName,
  type Token,
  readingAgencyKinds,
  recordOf,
} from '#kernel';
import type { OfficialFunction } from '#domain/appointment';
import {
  type AgeToday,
  inquiryDecider,
  type InquiryEvent,
  type InquiryState,
  isAboutAge,
  type LegalGrounds,
  type Scales,
  weigh,
} from '#domain/disclosure';
import { ageOn, parseIdentityNumber, personFacts } from '#personal-data';
import { type CommandContext, UnknownTarget } from '../command-executor.js';
import { type Concerned, declaredIn } from '../facts.js';
import { boardId, findOrganisation } from '../reference/organisations.js';
import type { Intents } from '../intents.js';
import type { IntentHandlings } from './define.js';
import { type HandlerDependencies, namedOfficials } from './dependencies.js';

type RequestState = Extract<InquiryState, { received: { decideBy: Instant } }>;
type Received = Extract<InquiryEvent, { type: 'InformationRequestReceived' | 'StayInquiryReceived' }>['data'];

const inquiryIdOf = ({ by, commandId }: Pick<CommandContext, 'by' | 'commandId'>): string =>
  derivedId('inquiry', by.person, commandId);

/** How long something may be told on a request, in days; after that it must be asked again. */
const daysToDecide = 30;

/** Who may look at a request together with the one who received it. */
const reviewersAre: Readonly<Record<AgencyKind, readonly OfficialFunction[]>> = {
  SOCIAL_BOARD: ['HOME_OFFICER', 'RECEIVING_OFFICER', 'RECEIVING_DECIDER'],
  POLICE: ['POLICE_COORDINATOR', 'POLICE_REGISTRAR'],
  NATIONAL_COORDINATOR: ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR'],
  // A private provider has one director: the board of its municipality decides.
  HOUSING_PROVIDER: [],
  TAX_AGENCY: ['PROTECTION_OFFICER'],
  // What they were told they hold (OSL 3:1), and answer for it themselves (OSL 6:3).
  ...recordOf(readingAgencyKinds, () => ['AGENCY_CONTACT']),
  // No authorities: their papers are those of social services.
  LOCAL_COUNCIL: [],
  REGION_COORDINATOR: [],
};

/**
 * The first event of an inquiry, for somebody who takes part in it.
 * @param options.evenDisqualified for who says again that he or she is disqualified
 * @throws UnknownTarget, also for everybody else
 */
const receivedIn = (
  events: readonly RecordedEvent[],
  by?: CommandContext['by'],
  { evenDisqualified = false } = {},
): Received => {
  const first = events[0]?.data as Received | undefined;
  if (!first) throw new UnknownTarget();
  if (
    by &&
    (by.organisation !== first.decidesAt || ![first.receivedBy, ...first.reviewers].includes(by.person))
  )
    throw new UnknownTarget();
  if (by && !evenDisqualified && declaredIn(events).disqualified.includes(by.person))
    throw new UnknownTarget();
  return first;
};

/**
 * What others ask about a person. The handling is the same for a person who is known and for one who is not: the number
 * becomes a subject, who is new or not; the same streams are read, which are empty or not; one event is written. The same holds
 * for who goes along with somebody who has a case. Who is disqualified in that case, or the person's, registers what is asked
 * and takes no other part in it.
 */
export const inquiryHandlings = (
  dependencies: HandlerDependencies,
): Pick<
  IntentHandlings,
  | 'ReceiveInformationRequest'
  | 'WeighInformationRequest'
  | 'DecideInformationRequest'
  | 'ReceiveStayInquiry'
  | 'AnswerStayInquiry'
  | 'DeclareImpartialInInquiry'
  | 'DeclareDisqualifiedInInquiry'
  | 'AcknowledgeInquiry'
> => {
  const { facts, directory, persons, companions } = dependencies;

  /** Which organisation decides what came in here. */
  const decidingAt = ({ by, organisationId }: CommandContext): { id: Token; kind: AgencyKind } => {
    if (by.agencyKind !== 'HOUSING_PROVIDER') return { id: by.organisation, kind: by.agencyKind };
    const code = organisationId && findOrganisation(organisationId)?.municipalityCode;
    if (!code) throw new UnknownTarget();
    return { id: directory.organisation(boardId(code)), kind: 'SOCIAL_BOARD' };
  };

  const receive = async (
    { personalIdentityNumber, requester, reference, text, reviewers }: Intents['ReceiveStayInquiry'],
    context: CommandContext,
  ) => {
    const inquiryId = inquiryIdOf(context);
    const identity = parseIdentityNumber(personalIdentityNumber, plainDateOf(context.at));
    const decidesAt = decidingAt(context);
    const named = await namedOfficials(
      dependencies,
      reviewers,
      decidesAt.id,
      reviewersAre[decidesAt.kind],
      context.at,
    );
    // Last, so that a request which is refused for its reviewers leaves no trace of the person.
    const subject = await persons.subjectOf(identity.number);
    await companions.asked({ caseId: inquiryId, subject }, directory.companion(identity.number));
    return {
      identity,
      data: {
        inquiryId,
        ...(await facts.concernedBy(subject)),
        subject,
        holder: context.by.organisation,
        holderKind: context.by.agencyKind,
        decidesAt: decidesAt.id,
        receivedBy: context.by.person,
        reviewers: named,
        requester,
        person: confidential('identity', { personalIdentityNumber: identity.number }),
        request: confidential('social', { reference, text }),
      },
      sealing: { caseId: inquiryId, subject, owner: decidesAt.id },
    };
  };

  /**
   * How old the person is today, where that alone stands against what is to be told: the age that was written with the
   * request is that of the last day for a decision, and somebody may have a birthday before it. Asks for the number, by a
   * recorded opening, and shows it to nobody. Where nothing opens it, it stays at the age that was written.
   */
  const ageToday = async (
    events: readonly RecordedEvent[],
    choose: (state: RequestState) => Pick<Scales, 'released' | 'reasons'> | undefined,
    context: CommandContext,
  ): Promise<{ readonly age?: AgeToday }> => {
    const state = fold(inquiryDecider, events as unknown as readonly InquiryEvent[]);
    if (state.status !== 'REQUEST_RECEIVED' && state.status !== 'REQUEST_WEIGHED') return {};
    const chosen = choose(state);
    const { inquiryId, holderKind, person, decideBy } = state.received;
    if (!chosen || context.at >= decideBy) return {};
    const today = plainDateOf(context.at);
    const result = weigh({ ...state.received, ...chosen, holder: holderKind }, today);
    if (result.outcome !== 'NOT_POSSIBLE' || !isAboutAge(result.rule)) return {};
    const birthday = await dependencies.askedForBirthday(inquiryId, person, context);
    if (birthday === undefined) return {};
    const age = ageOn(birthday, today);
    return { age: { under18: age < 18, under21: age < 21 } };
  };

  /** Who gets what is told: sealed, and as tokens of the authority and the person. */
  const letterTo = (requester: Received['requester'], recipient: string | undefined) =>
    recipient === undefined
      ? {}
      : {
          letterTo: {
            recipient: confidential('social', recipient),
            recipientOrganisation: directory.requester(requester),
            recipientPerson: directory.letterTo(requester, recipient),
          },
        };

  const stream = ({ inquiryId }: { readonly inquiryId: string }) => streamName('inquiry', inquiryId);

  return {
    ReceiveInformationRequest: {
      stream: (_intent, context) => streamName('inquiry', inquiryIdOf(context)),
      creates: inquiryIdOf,
      async prepare(intent, context) {
        const decideBy = new Date(Date.parse(context.at) + daysToDecide * 86_400_000).toISOString();
        const { identity, data, sealing } = await receive({ ...intent, checked: 'SIGNED' }, context);
        const { basis, purpose, asked } = intent;
        return {
          type: 'ReceiveInformationRequest',
          data: { ...data, basis, purpose, asked, grounds: groundsOf(intent, identity, decideBy), decideBy },
          sealing,
        };
      },
    },

    WeighInformationRequest: {
      stream,
      async prepare({ inquiryId, released, reasons, note }, context, loaded) {
        const { subject, decidesAt } = receivedIn(loaded.events, context.by);
        const { caseId } = await facts.concernedFor(context.by.person, subject);
        return {
          type: 'WeighInformationRequest',
          data: {
            inquiryId,
            caseId,
            released,
            reasons,
            note: confidential('social', note),
            ...(await ageToday(
              loaded.events,
              ({ status }) => (status === 'REQUEST_RECEIVED' ? { released, reasons } : undefined),
              context,
            )),
          },
          sealing: { caseId: inquiryId, subject, owner: decidesAt },
        };
      },
    },

    DecideInformationRequest: {
      stream,
      async prepare({ inquiryId, agrees, recipient }, context, loaded) {
        const { subject, requester, decidesAt } = receivedIn(loaded.events, context.by);
        return {
          type: 'DecideInformationRequest',
          data: {
            inquiryId,
            agrees,
            ...(await facts.concernedFor(context.by.person, subject)),
            ...letterTo(requester, recipient),
            ...(await ageToday(
              loaded.events,
              ({ weighed }) => (agrees && weighed?.weighedBy !== context.by.person ? weighed : undefined),
              context,
            )),
          },
          sealing: { caseId: inquiryId, subject, owner: decidesAt },
        };
      },
    },

    ReceiveStayInquiry: {
      stream: (_intent, context) => streamName('inquiry', inquiryIdOf(context)),
      creates: inquiryIdOf,
      async prepare(intent, context) {
        const { data, sealing } = await receive(intent, context);
        return { type: 'ReceiveStayInquiry', data: { ...data, checked: intent.checked }, sealing };
      },
    },

    AnswerStayInquiry: {
      stream,
      async prepare({ inquiryId, checked, answer, recipient }, context, loaded) {
        const { subject, requester, decidesAt } = receivedIn(loaded.events, context.by);
        return {
          type: 'AnswerStayInquiry',
          data: {
            inquiryId,
            ...(await facts.concernedFor(context.by.person, subject)),
            checked,
            ...(answer === 'NONE'
              ? {}
              : {
                  answer: confidential('social', { stays: answer === 'YES' }),
                  ...letterTo(requester, recipient),
                }),
          },
          sealing: { caseId: inquiryId, subject, owner: decidesAt },
        };
      },
    },

    DeclareImpartialInInquiry: {
      stream,
      async prepare({ inquiryId }, context, loaded) {
        const { subject } = receivedIn(loaded.events, context.by);
        await facts.concernedFor(context.by.person, subject);
        return { type: 'DeclareImpartialInInquiry', data: { inquiryId } };
      },
    },

    DeclareDisqualifiedInInquiry: {
      stream,
      async prepare({ inquiryId, ground }, context, loaded) {
        const { subject } = receivedIn(loaded.events, context.by, { evenDisqualified: true });
        await facts.concernedFor(context.by.person, subject);
        return { type: 'DeclareDisqualifiedInInquiry', data: { inquiryId, ground } };
      },
    },

    AcknowledgeInquiry: {
      stream,
      async prepare({ caseId, inquiryId }, context, loaded) {
        receivedIn(loaded.events);
        // Another case's inquiry is not there for this one.
        if (!loaded.events.some(({ data }) => casesIn(data as Concerned).includes(caseId)))
          throw new UnknownTarget();
        return { type: 'AcknowledgeInquiry', data: { inquiryId, caseId, seenBy: context.by.person } };
      },
    },
  };
};

/** The cases whose police coordinator is told. */
const casesIn = ({ caseId, companionOf = [] }: Concerned): readonly (string | undefined)[] => [
  caseId,
  ...companionOf,
];

/**
 * Coded facts on which a statute may stand. Age is that of the last day on which it may be decided, so that it holds on
 * every day before, and no date of birth is written; who has a birthday meanwhile is asked about once more on the day.
 */
const groundsOf = (
  { stated, scaleFromMonths, scaleToMonths }: Intents['ReceiveInformationRequest'],
  identity: ReturnType<typeof parseIdentityNumber>,
  decideBy: Instant,
): LegalGrounds => {
  const { under18, under21 } = personFacts(identity, plainDateOf(decideBy));
  const said = (ground: (typeof stated)[number]): boolean => stated.includes(ground);
  return {
    under18,
    under21,
    concreteCircumstances: said('CONCRETE_CIRCUMSTANCES'),
    violenceInCloseRelation: said('VIOLENCE_IN_CLOSE_RELATION'),
    committedCrime: said('COMMITTED_CRIME'),
    substanceMisuse: said('SUBSTANCE_MISUSE'),
    psychiatricCare: said('PSYCHIATRIC_CARE'),
    decidedCooperation: said('DECIDED_COOPERATION'),
    ...(scaleFromMonths === undefined ? {} : { scaleFromMonths }),
    ...(scaleToMonths === undefined ? {} : { scaleToMonths }),
  };
};
