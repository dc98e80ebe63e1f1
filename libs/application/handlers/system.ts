import {
  type Envelope,
  type RecordedEvent,
  type SystemCommand,
  type Token,
  isEnvelope,
  streamName,
} from '#kernel';
import {
  type DisclosureEvent,
  type ItemRef,
  protectedAt,
  type Provision,
  type RecordAnswer,
} from '#domain/disclosure';
import type { CommandHandling, LoadedStream } from '../command-executor.js';
import { type Facts, residentsIn } from '../facts.js';
import { runRingsAgain } from '../rings.js';
import type { ConflictCheck } from '#personal-data';
import { writingsOf } from './telling.js';

/** What the handlers of system commands lean on: no key, no routing key, no clear value. */
export interface SystemDependencies {
  readonly facts: Facts;
  readonly conflicts: Pick<ConflictCheck, 'verdict'>;
}

type Disclosed = Extract<DisclosureEvent, { type: 'InformationDisclosed' }>['data'];
type FactsOf = (command: SystemCommand, loaded: LoadedStream) => Promise<object>;

/**
 * The envelopes that refs point at, verbatim, with their origin inside; and what protects them where they were written,
 * by the agency that wrote and the class.
 */
const carried = async (
  facts: Facts,
  refs: readonly ItemRef[],
): Promise<{ readonly items: readonly Envelope[]; readonly protectedBy: readonly Provision[] }> => {
  const streams = new Map(
    await Promise.all(
      [...new Set(refs.map((ref) => ref.stream))].map(
        async (stream) => [stream, await facts.events(stream)] as const,
      ),
    ),
  );
  const protectedBy = new Set<Provision>();
  const items = refs.map((ref) => {
    const event = streams.get(ref.stream)?.find((candidate) => candidate.id === ref.event);
    const envelope = (event?.data as Record<string, unknown> | undefined)?.[ref.path];
    if (!event || !isEnvelope(envelope)) throw new Error('a process pointed at something that is not sealed');
    for (const provision of protectedAt(event.metadata.agencyKind, envelope.class))
      protectedBy.add(provision);
    return envelope;
  });
  return { items, protectedBy: [...protectedBy] };
};

/** What stands in the streams of a case: its own, and those of the places that a board has said yes to. */
const writtenOf = async (
  facts: Facts,
  caseId: string,
): Promise<{ readonly subject: string; readonly events: readonly RecordedEvent[] }> => {
  const { opened } = await facts.relocation(caseId);
  const streams = (['relocation', 'threat-assessment', 'disclosure', 'consent'] as const).map((category) =>
    facts.events(streamName(category, caseId)),
  );
  const ofCase = (await Promise.all(streams)).flat();
  const accepted = ofCase.filter(({ type }) => type === 'PlacementAccepted');
  const placements = accepted.map(({ data }) =>
    facts.events(streamName('placement', (data as { proposalId: string }).proposalId)),
  );
  return { subject: opened.subject, events: [...ofCase, ...(await Promise.all(placements)).flat()] };
};

/** Facts that a handler adds to what a process sends; commands that are not named here need none. */
const factsFor = ({ facts, conflicts }: SystemDependencies): Readonly<Record<string, FactsOf>> => ({
  async DiscloseInformation(command) {
    const { caseId, recipientKind, refs, protection } = command.data as Pick<
      Disclosed,
      'caseId' | 'recipientKind' | 'protection'
    > & { readonly refs: readonly ItemRef[] };
    if (protection === undefined) return carried(facts, refs);
    // Codes alone: they are protected where they were written as whatever is kept of a person there.
    return {
      items: [],
      protectedBy: protectedAt(command.onBehalfOf.agencyKind, 'social'),
      ...(recipientKind === 'HOME_BOARD' && { persons: (await facts.relocation(caseId)).opened.officers }),
    };
  },
  async RecordAnswer(command) {
    const { caseId, classes, matter, inquiryId } = command.data as RecordAnswer['data'];
    const inquiry = await facts.events(streamName('inquiry', inquiryId));
    // Yes or no stands in the answer itself, sealed.
    const said = inquiry
      .filter(({ type }) => matter === 'STAY' && type === 'StayInquiryAnswered')
      .map(({ stream, id: event }) => ({ stream, event, path: 'answer' }));
    // Of who has no case nothing else is written here.
    if (caseId === inquiryId) {
      const { subject } = inquiry[0]!.data as { readonly subject: string };
      return { subject, sources: said };
    }
    const { subject, events } = await writtenOf(facts, caseId);
    const teller = command.onBehalfOf.organisation;
    // What the holder wrote itself, and what it was told by others: both may have gone into the letter.
    const carriedTo = events
      .filter(({ type, data }) => type === 'InformationDisclosed' && (data as Disclosed).recipient === teller)
      .flatMap(({ data }) => (data as Disclosed).items)
      .filter((item) => classes.includes(item.class));
    const sources = [...writingsOf(events, teller, classes), ...carriedTo];
    return {
      subject,
      sources: [...said, ...sources.map(({ stream, event, path }) => ({ stream, event, path }))],
    };
  },
  async CloseCase(command) {
    const { departurePending } = await facts.placements((command.data as { caseId: string }).caseId);
    // A process closes no case as settled: only then are months asked for.
    return { departurePending, supervisionMonths: 0 };
  },
  async ReserveArea(_command, { revision }) {
    return { currentRevision: revision === 'no-stream' ? -1 : revision };
  },
  async RecheckArea(command, { events }) {
    const area = (command.data as { area: Token }).area;
    const residents = residentsIn(events);
    const verdicts = await Promise.all(
      residents.map((resident) => runRingsAgain({ facts, conflicts }, area, resident, residents)),
    );
    return {
      conflicts: residents
        .filter((_resident, index) => verdicts[index] !== 'CLEAR')
        .map(({ caseId, proposalId }) => ({ caseId, proposalId })),
    };
  },
});

/** How a command of a process is carried out: its stream is named in it, its data are coded facts and tokens. */
export const systemHandling = (dependencies: SystemDependencies): CommandHandling<SystemCommand> => {
  const added = factsFor(dependencies);
  return {
    stream: (command) => command.stream,
    async prepare(command, _context, loaded) {
      return {
        type: command.type,
        data: { ...command.data, ...(await added[command.type]?.(command, loaded)) },
      };
    },
  };
};
