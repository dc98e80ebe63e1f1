import {
  type DataClass,
  derivedId,
  ensure,
  fold,
  parseStreamName,
  plainDateOf,
  type PlainDate,
  type RecordedEvent,
  streamName,
  type Token,
} from '#kernel';
import type { SealedStream } from '#personal-data';
import {
  erasureDecider,
  type ErasureEvent,
  type ErasureFacts,
  type ErasureGround,
  type ErasureRejection,
  isKeptForResearch,
  type LegalHold,
  retentionRulesAt,
  type SealedUpTo,
} from '#domain/erasure';
import type { ConsentEvent } from '#domain/consent';
import type { ClaimEvent } from '#domain/relocation';
import { type CommandContext, type CommandHandling, UnknownTarget } from '../command-executor.js';
import { type Facts, mayStandThere, relocationIn } from '../facts.js';
import type { Directory } from '../organisations.js';

/** What the handlers of erasure lean on. */
export interface ErasureDependencies {
  readonly facts: Facts;
  readonly directory: Pick<Directory, 'findOrganisation'>;
  /** Every stream in which something of a person is sealed. */
  sealedStreams(subject: string): Promise<readonly SealedStream[]>;
  /** As in HandlerDependencies. */
  birthdayOf(caseId: string, context: CommandContext): Promise<PlainDate | undefined>;
}

/**
 * Whose: the person of a case, asked for by officers of the home board; or somebody about whom others have asked, by
 * officers of the authority that decided the inquiry.
 */
export type ErasedFile =
  | { readonly caseId: string; readonly inquiryId?: undefined }
  | { readonly inquiryId: string; readonly caseId?: undefined };

/** What is asked for about the person. Each is an officer's, with an own login. */
export interface ErasureIntents {
  ProposeErasure: ErasedFile & { ground: ErasureGround };
  ConfirmErasure: ErasedFile & { decisionId: string };
  RejectErasure: ErasedFile & { decisionId: string; reason: ErasureRejection };
  PlaceLegalHold: ErasedFile & { hold: LegalHold };
  LiftLegalHold: ErasedFile & { hold: LegalHold };
  /** By whoever carries it out, when it is carried out. */
  CompleteErasure: {
    /** The person or the inquiry (`erasureOf`). */
    of: string;
    decisionId: string;
    destroyedKeys: number;
    epoch: number;
    highestEpoch: number;
    keysLeft: number;
    earlierEpochsLeft: number;
  };
  /** By whoever starts a system on a copy that does not know of it. */
  RepeatErasure: {
    of: string;
    subject: string;
    decisionId: string;
    ground: ErasureGround;
    classes: readonly DataClass[];
    cases: readonly string[];
    destroyedKeys: number;
    epoch: number;
  };
}
export type ErasureHandlings = {
  readonly [Type in keyof ErasureIntents]: CommandHandling<ErasureIntents[Type]>;
};

export const erasureHandlings = (dependencies: ErasureDependencies): ErasureHandlings => {
  const { facts } = dependencies;
  const subjectOf = async (file: ErasedFile, by: CommandContext['by']): Promise<string> =>
    file.caseId === undefined
      ? (await askedIn(facts, file.inquiryId, by)).subject
      : (await facts.relocation(file.caseId)).opened.subject;
  /** The person's own, or the inquiry's: who asked about somebody learns nothing of a case by erasing it. */
  const stream = async (file: ErasedFile, { by }: CommandContext): Promise<string> => {
    const subject = await subjectOf(file, by);
    return streamName('erasure', file.caseId === undefined ? file.inquiryId : subject);
  };
  const factsOfFile = (file: ErasedFile, subject: string, context: CommandContext): Promise<ErasureFacts> =>
    file.caseId === undefined
      ? inquiryFacts(dependencies, file.inquiryId, context)
      : factsOf(dependencies, subject, file.caseId, context);
  return {
    ProposeErasure: {
      stream,
      creates: decisionIdOf,
      async prepare(intent, context) {
        const subject = await subjectOf(intent, context.by);
        return {
          type: 'ProposeErasure',
          data: {
            decisionId: decisionIdOf(context),
            subject,
            ground: intent.ground,
            facts: await factsOfFile(intent, subject, context),
          },
        };
      },
    },
    ConfirmErasure: {
      stream,
      async prepare(intent, context) {
        const subject = await subjectOf(intent, context.by);
        return {
          type: 'ConfirmErasure',
          data: { decisionId: intent.decisionId, facts: await factsOfFile(intent, subject, context) },
        };
      },
    },
    RejectErasure: {
      stream,
      async prepare({ decisionId, reason }) {
        return { type: 'RejectErasure', data: { decisionId, reason } };
      },
    },
    PlaceLegalHold: {
      stream,
      async prepare(intent, { by }) {
        return {
          type: 'PlaceLegalHold',
          data: { subject: await subjectOf(intent, by), hold: intent.hold },
        };
      },
    },
    LiftLegalHold: {
      stream,
      async prepare(intent, { by }) {
        return {
          type: 'LiftLegalHold',
          data: { subject: await subjectOf(intent, by), hold: intent.hold },
        };
      },
    },
    CompleteErasure: {
      stream: ({ of }) => streamName('erasure', of),
      async prepare({ of: _of, ...done }) {
        return { type: 'CompleteErasure', data: done };
      },
    },
    RepeatErasure: {
      stream: ({ of }) => streamName('erasure', of),
      async prepare({ of: _of, ...done }) {
        return { type: 'RepeatErasure', data: done };
      },
    },
  };
};

const decisionIdOf = ({ commandId }: { readonly commandId: string }): string =>
  derivedId('erasure', commandId);

/** What two officers decided on. */
export type DecidedErasure = Pick<ErasureFacts, 'extent' | 'cases' | 'streams'> & {
  readonly decisionId: string;
  readonly subject: string;
};

/** Whose stream of erasures it is: the person's, or the inquiry's. */
export const erasureOf = ({
  extent,
  subject,
  cases,
}: Pick<DecidedErasure, 'extent' | 'subject' | 'cases'>): string =>
  extent === 'INQUIRY' ? cases[0]! : subject;

/** What was asked, as the authority that decided it knows it. @throws UnknownTarget, also for every other authority */
const askedIn = async (
  facts: Facts,
  inquiryId: string,
  by: CommandContext['by'],
): Promise<{ readonly subject: string }> => {
  const first = (await facts.events(streamName('inquiry', inquiryId)))[0]?.data as
    { readonly subject: string; readonly decidesAt: Token } | undefined;
  if (first?.decidesAt !== by.organisation) throw new UnknownTarget();
  return first;
};

/**
 * Of what was asked about somebody: its own years, from its own last entry, whoever the person is and whatever is known of
 * him or her elsewhere. It is no personal file, so nothing of it is kept for research.
 */
const inquiryFacts = async (
  { facts }: ErasureDependencies,
  inquiryId: string,
  { at }: CommandContext,
): Promise<ErasureFacts> => {
  const stream = streamName('inquiry', inquiryId);
  const events = await facts.events(stream);
  const decided = events.some(
    ({ type }) => type === 'InformationRequestDecided' || type === 'StayInquiryAnswered',
  );
  const today = plainDateOf(at);
  return {
    extent: 'INQUIRY',
    cases: [inquiryId],
    streams: [{ stream, revision: events.length - 1 }],
    openCases: decided ? 0 : 1,
    // That somebody has a new identity comes from Police to the two who decide, and stands nowhere here.
    handedOver: true,
    mayBeThere: false,
    lastEntryOn: plainDateOf(events.at(-1)!.metadata.occurredAt),
    placedAsChild: false,
    keptForResearch: false,
    today,
    rules: retentionRulesAt(today),
  };
};

/**
 * What carries a decision out asks right before it destroys: between the decision and that, the person may have come back,
 * and others may have asked about the person.
 * @returns the streams that stand as they stood when it was proposed, and those to which nothing was ever written. What was
 *   written since in a file of its own (an inquiry, a decision that was served) stays, until it is decided on; so does an
 *   inquiry that is under a hold of its own by now
 * @throws DomainError when a case of the person is open, or is there that nobody decided on, or its file has changed
 */
export const stillDecided = async (
  dependencies: Pick<ErasureDependencies, 'facts' | 'sealedStreams'>,
  { decisionId, subject, extent, cases, streams }: DecidedErasure,
): Promise<readonly string[]> => {
  const asDecided = ({ stream, revision, recent }: SealedUpTo & SealedStream): boolean =>
    streams.some((one) => one.stream === stream && one.revision === revision) ||
    (extent === 'PERSON' && revision < 0 && !recent);
  const now = await sealedUpTo(dependencies, subject);
  if (extent === 'INQUIRY') {
    // A hold on the person keeps this, too; those who decided know of none.
    ensure(!(await isHeld(dependencies.facts, subject)), 'erasure.legal_hold', { decisionId });
    ensure(now.some(asDecided), 'erasure.entries_changed', { decisionId });
    return now.filter(asDecided).map(({ stream }) => stream);
  }
  const { known, being } = await casesOf(dependencies, subject, cases);
  const relocations = await Promise.all(known.map((caseId) => dependencies.facts.relocation(caseId)));
  ensure(
    relocations.every(({ closed }) => closed),
    'erasure.case_open',
    { decisionId },
  );
  ensure(being === 0 && known.every((caseId) => cases.includes(caseId)), 'erasure.cases_changed', {
    decisionId,
  });
  ensure(
    now.some(asDecided) && now.every((one) => asDecided(one) || !isOfFile(one.stream, cases)),
    'erasure.entries_changed',
    { decisionId },
  );
  return (await unlessHeld(dependencies.facts, now.filter(asDecided))).map(({ stream }) => stream);
};

/** Whether somebody has a lawful hold on a person, or on what was asked in an inquiry. */
const isHeld = async (facts: Facts, of: string): Promise<boolean> => {
  const events = await facts.events(streamName('erasure', of));
  return fold(erasureDecider, events as unknown as readonly ErasureEvent[]).holds.length > 0;
};

/** An inquiry is a file of its own authority with holds of its own: what is held stays, whoever else is erased. */
const unlessHeld = async <One extends { readonly stream: string }>(
  facts: Facts,
  streams: readonly One[],
): Promise<readonly One[]> => {
  const held = await Promise.all(
    streams.map(({ stream }) => {
      const { category, id } = parseStreamName(stream);
      return category === 'inquiry' && isHeld(facts, id);
    }),
  );
  return streams.filter((_one, index) => !held[index]);
};

/** Everything in which something of a person is sealed, and how far each goes now. */
const sealedUpTo = async (
  { facts, sealedStreams }: Pick<ErasureDependencies, 'facts' | 'sealedStreams'>,
  subject: string,
): Promise<readonly (SealedUpTo & SealedStream)[]> =>
  Promise.all(
    (await sealedStreams(subject)).map(async (one) => ({
      ...one,
      revision: (await facts.events(one.stream)).at(-1)?.revision ?? -1,
    })),
  );

/** Whether a stream is a part of the file of one of these cases. */
const isOfFile = (stream: string, cases: readonly string[]): boolean => {
  const { category, id } = parseStreamName(stream);
  return cases.includes(id) || category === 'placement';
};

/**
 * Every case that the person ever had: those that have claimed the person, and those in which something of the person is
 * sealed, since the claim follows the opening of a case after a while.
 * @returns also how many are being opened: their keys are there, and their first event is not
 */
const casesOf = async (
  { facts, sealedStreams }: Pick<ErasureDependencies, 'facts' | 'sealedStreams'>,
  subject: string,
  some: readonly string[],
): Promise<{ readonly known: readonly string[]; readonly being: number }> => {
  const claims = (await facts.events(streamName('claim', subject))) as unknown as readonly ClaimEvent[];
  const sealed = await Promise.all(
    (await sealedStreams(subject))
      .map(({ stream, recent }) => ({ ...parseStreamName(stream), stream, recent }))
      .filter(({ category }) => category === 'relocation')
      .map(async ({ id, stream, recent }) => ({
        caseId: id,
        recent,
        opened: (await facts.events(stream)).length > 0,
      })),
  );
  const opened = sealed.filter((one) => one.opened).map(({ caseId }) => caseId);
  return {
    known: [...new Set([...some, ...claims.map(({ data }) => data.caseId), ...opened])].sort(),
    // A request that was refused leaves a key, too: it is not waited for longer than an hour.
    being: sealed.filter((one) => !one.opened && one.recent).length,
  };
};

/** Read from everything that would be destroyed: all streams of every case that the person ever had, and all others. */
const factsOf = async (
  dependencies: ErasureDependencies,
  subject: string,
  caseId: string,
  context: CommandContext,
): Promise<ErasureFacts> => {
  const { facts, directory, birthdayOf } = dependencies;
  const { known: cases } = await casesOf(dependencies, subject, [caseId]);
  const found = await Promise.all(cases.map((one) => caseFacts(facts, one)));
  const read = new Set(found.flatMap(({ streams }) => streams));
  // Decisions that were served, what others asked about the person: streams that no case names.
  const sealed = await unlessHeld(facts, await sealedUpTo(dependencies, subject));
  const others = sealed.filter(({ stream }) => !read.has(stream));
  const entries = [
    ...found.flatMap((one) => one.entries),
    ...(await Promise.all(others.map(({ stream }) => facts.events(stream)))).flat(),
  ];
  const children = found.filter(({ openedAsChild }) => openedAsChild).map((one) => one.caseId);
  const today = plainDateOf(context.at);
  const rules = retentionRulesAt(today);
  const birthday = await birthdayOf(caseId, context);
  // Boards of all cases: one that must keep its file is enough.
  const municipalities = found.map(({ board }) => directory.findOrganisation(board)?.municipalityCode ?? '');
  return {
    extent: 'PERSON',
    cases,
    streams: sealed.map(({ stream, revision }) => ({ stream, revision })),
    openCases: found.filter(({ open }) => open).length,
    handedOver: found.some(({ handedOver }) => handedOver),
    mayBeThere: found.some(({ mayBeThere }) => mayBeThere),
    lastEntryOn: plainDateOf(
      entries.map(({ metadata }) => metadata.occurredAt).reduce((a, b) => (a > b ? a : b)),
    ),
    placedAsChild: entries.some(
      (event) => isPlacement(event) && children.includes((event.data as { caseId: string }).caseId),
    ),
    keptForResearch:
      birthday === undefined
        ? undefined
        : municipalities.some((code) => isKeptForResearch(rules, birthday, code)),
    today,
    rules,
  };
};

/**
 * Whether the event places somebody: in the housing of a proposal, in care under LVU, in a shelter, or where a decision on
 * the place says. Decisions that are served are on care and shelter of the young, and on nothing else.
 */
const isPlacement = ({ type, data }: RecordedEvent): boolean =>
  type === 'PlacementCleared' ||
  type === 'ServedDecisionRegistered' ||
  type === 'PlaceDecisionRegistered' ||
  (type === 'SupportDecisionRegistered' && (data as { decisionType: string }).decisionType === 'LVU');

const caseFacts = async (facts: Facts, caseId: string) => {
  const relocation = await facts.events(streamName('relocation', caseId));
  if (relocation.length === 0) throw new UnknownTarget();
  const { opened, closed } = relocationIn(relocation);
  const consent = await facts.events(streamName('consent', caseId));
  const proposals = (consent as unknown as readonly ConsentEvent[]).flatMap((event) =>
    event.type === 'ProposalOrdered' ? [event.data.proposalId] : [],
  );
  const streams = [
    ...ofCase.map((category) => streamName(category, caseId)),
    ...proposals.map((id) => streamName('placement', id)),
  ];
  const others = await Promise.all(streams.map((stream) => facts.events(stream)));
  return {
    caseId,
    board: opened.board,
    open: !closed,
    handedOver: relocation.some(
      ({ type, data }) => type === 'CaseClosed' && (data as { code: string }).code === 'HANDED_OVER',
    ),
    mayBeThere: others.some(mayStandThere),
    openedAsChild: opened.ageBand === 'UNDER_15' || opened.ageBand === '15_17',
    streams,
    entries: others.flat(),
  };
};

/** The categories of streams that bear the id of a case: its file. */
const ofCase = [
  'relocation',
  'consent',
  'disclosure',
  'threat-assessment',
  'protected-data',
  'break-glass',
  'joint-opening',
  'access-report',
] as const;
