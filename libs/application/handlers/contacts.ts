import { fold, type Instant, type RecordedEvent, streamName, type Token } from '#kernel';
import {
  disclosureDecider,
  type DisclosureEvent,
  holdersOf,
  type Office,
  toldOfficesAt,
} from '#domain/disclosure';
import { type CommandContext, UnknownTarget } from '../command-executor.js';
import type { ContactChangeIntent, DisqualificationIntent } from '../intents.js';
import type { IntentHandlings } from './define.js';
import {
  canBeTakenOver,
  doneBy,
  functionsIn,
  type HandlerDependencies,
  isTakenOver,
  namedOfficials,
} from './dependencies.js';

/** Named persons of agencies, and what they declare before they are shown who the person is. */
export const contactHandlings = (
  dependencies: HandlerDependencies,
): Pick<
  IntentHandlings,
  | 'DeclareImpartial'
  | 'DeclareDisqualified'
  | 'ChangeContact'
  | 'DeclareImpartialOnProposal'
  | 'DeclareDisqualifiedOnProposal'
  | 'ChangeContactOnProposal'
> => {
  const { facts, directory } = dependencies;

  /**
   * The parts that an organisation has in a case itself: as its opening named them, or by what it was told outside the road.
   * @param events of the stream that decides
   */
  const officesInCase = async (
    caseId: string,
    organisation: Token,
    at: Instant,
    events: readonly RecordedEvent[],
  ): Promise<readonly Office[]> => {
    const [{ opened }, applications] = await Promise.all([
      facts.relocation(caseId),
      facts.applications(caseId),
    ]);
    const offices: readonly Office[] = [
      { part: 'HOME_BOARD', organisation: opened.board, named: opened.officers },
      { part: 'HOME_POLICE', organisation: opened.homePolice, named: opened.homePoliceContacts },
      ...applications,
    ];
    const told = fold(disclosureDecider, events as unknown as DisclosureEvent[]);
    return [
      ...offices.filter((one) => one.organisation === organisation),
      ...toldOfficesAt(told, organisation, at),
    ];
  };

  /**
   * The parts that an organisation has in a proposal: for the board from when it is asked, for the provider too, for Police
   * from clearance.
   */
  const officesInProposal = async (
    caseId: string,
    proposalId: string,
    organisation: Token,
  ): Promise<readonly Office[]> => {
    const { asked, accepted, ordered, placed, cleared } = await facts.proposalSides(caseId, proposalId);
    const offices: readonly Office[] = [
      ...(accepted
        ? [
            {
              part: 'RECEIVING_BOARD',
              organisation: ordered.board,
              proposalId,
              named: accepted.receivers,
            } as const,
          ]
        : asked
          ? [
              {
                part: 'ASKED_BOARD',
                organisation: ordered.board,
                proposalId,
                named: ordered.boardContacts,
              } as const,
            ]
          : []),
      ...(placed
        ? [
            {
              part: 'HOUSING_PROVIDER',
              organisation: placed.provider,
              proposalId,
              named: placed.directors,
            } as const,
          ]
        : []),
      ...(cleared
        ? [
            {
              part: 'RECEIVING_POLICE',
              organisation: cleared.receivingPolice,
              proposalId,
              named: cleared.receivingPoliceContacts,
            } as const,
          ]
        : []),
    ];
    return offices.filter((one) => one.organisation === organisation);
  };

  /**
   * Whoever is disqualified leaves every office: of the case itself, of the proposal by which the declaration comes, and of
   * each place where the person may stand, whose alarm plan must not be left without anybody.
   */
  const officesLeft = async (
    caseId: string,
    proposalIds: readonly string[],
    { at, by: { organisation } }: CommandContext,
    events: readonly RecordedEvent[],
  ): Promise<readonly Office[]> => {
    const standing = await facts.standingPlaces(caseId);
    const proposals = new Set([...proposalIds, ...standing.map(({ proposalId }) => proposalId)]);
    const offices = await Promise.all([
      officesInCase(caseId, organisation, at, events),
      ...[...proposals].map((proposalId) => officesInProposal(caseId, proposalId, organisation)),
    ]);
    return offices.flat();
  };

  const named = async (
    official: string | undefined,
    organisation: Token,
    offices: readonly Office[],
    at: Instant,
  ): Promise<Token | undefined> => {
    if (official === undefined) return undefined;
    const functions = offices.flatMap(({ part }) => functionsIn[part]);
    const [token] = await namedOfficials(dependencies, [official], organisation, functions, at);
    return token;
  };

  const disqualified = async (
    caseId: string,
    { ground, successor }: DisqualificationIntent,
    offices: readonly Office[],
    { at, by }: CommandContext,
  ) => ({
    type: 'DeclareDisqualified' as const,
    data: { caseId, ground, offices, successor: await named(successor, by.organisation, offices, at) },
  });

  /**
   * The offices, and of each whether nobody who is named for it can name others any more.
   * @param decidedBy who answered for the receiving board: may hand over there, named or not
   */
  const withTakers = async (
    offices: readonly Office[],
    decidedBy: readonly Token[],
    events: readonly RecordedEvent[],
    at: Instant,
  ): Promise<readonly Office[]> => {
    const { people } = fold(disclosureDecider, events as unknown as DisclosureEvent[]);
    return Promise.all(
      offices.map(async (office) => {
        const taken =
          canBeTakenOver(office.part) &&
          (await isTakenOver(
            dependencies.contacts,
            office.part,
            office.organisation,
            holdersOf(people, {
              ...office,
              named: office.part === 'RECEIVING_BOARD' ? [...office.named, ...decidedBy] : office.named,
            }),
            at,
          ));
        return taken ? { ...office, takenOver: true as const } : office;
      }),
    );
  };

  /**
   * Whether who goes is still there to do what the part is for: then whoever takes over may name another, and not himself.
   * At Police an assessor cannot do what a coordinator must, so a coordinator may come for one.
   */
  const isStillThere = async (outgoing: Token, offices: readonly Office[], at: Instant): Promise<boolean> => {
    const there = await Promise.all(
      offices.map(({ part, organisation }) =>
        dependencies.contacts.holds(outgoing, organisation, doneBy(part), at),
      ),
    );
    return there.includes(true);
  };

  /** What an agency was only told follows the office that is taken over: the board names there. */
  const isTaken = (offices: readonly Office[]): boolean => {
    const led = offices.filter(({ part }) => canBeTakenOver(part));
    return led.length > 0 && led.every(({ takenOver }) => takenOver);
  };

  const changed = async (
    caseId: string,
    { outgoing, incoming, reason }: ContactChangeIntent,
    all: readonly Office[],
    { at, by }: CommandContext,
    events: readonly RecordedEvent[],
    decidedBy: readonly Token[] = [],
  ) => {
    if (all.length === 0) throw new UnknownTarget();
    const offices = await withTakers(all, decidedBy, events, at);
    const goes = outgoing === undefined ? undefined : await directory.official(outgoing);
    return {
      type: 'ChangeContact' as const,
      data: {
        caseId,
        offices,
        reason,
        takenOver: isTaken(offices) && !(goes !== undefined && (await isStillThere(goes, offices, at))),
        incoming: (await named(incoming, by.organisation, offices, at))!,
        ...(goes === undefined ? {} : { outgoing: goes }),
      },
    };
  };

  const ofCase = ({ caseId }: { readonly caseId: string }) => streamName('disclosure', caseId);
  const ofProposal = async ({ proposalId }: { readonly proposalId: string }) =>
    streamName('disclosure', await facts.proposedCase(proposalId));

  return {
    DeclareImpartial: {
      stream: ofCase,
      prepare: ({ caseId }) => Promise.resolve({ type: 'DeclareImpartial', data: { caseId } }),
    },
    DeclareDisqualified: {
      stream: ofCase,
      async prepare({ caseId, ...intent }, context, { events }) {
        return disqualified(caseId, intent, await officesLeft(caseId, [], context, events), context);
      },
    },
    ChangeContact: {
      stream: ofCase,
      async prepare({ caseId, ...intent }, context, { events }) {
        const offices = await officesInCase(caseId, context.by.organisation, context.at, events);
        return changed(caseId, intent, offices, context, events);
      },
    },
    DeclareImpartialOnProposal: {
      stream: ofProposal,
      async prepare({ proposalId }) {
        return { type: 'DeclareImpartial', data: { caseId: await facts.proposedCase(proposalId) } };
      },
    },
    DeclareDisqualifiedOnProposal: {
      stream: ofProposal,
      async prepare({ proposalId, ...intent }, context, { events }) {
        const caseId = await facts.proposedCase(proposalId);
        const offices = await officesLeft(caseId, [proposalId], context, events);
        return disqualified(caseId, intent, offices, context);
      },
    },
    ChangeContactOnProposal: {
      stream: ofProposal,
      async prepare({ proposalId, ...intent }, context, { events }) {
        const caseId = await facts.proposedCase(proposalId);
        const offices = await officesInProposal(caseId, proposalId, context.by.organisation);
        const { accepted } = await facts.proposalSides(caseId, proposalId);
        return changed(caseId, intent, offices, context, events, accepted ? [accepted.decidedBy] : []);
      },
    },
  };
};
