import {
  type DataClass,
  derivedId,
  DomainError,
  ensure,
  fold,
  parseStreamName,
  plainDateOf,
  type PlainDate,
  type RecordedEvent,
  streamName,
  type Token,
} from '#kernel';
import type { CaseFile, SealedStream } from '#personal-data';
import {
  type Birth,
  erasureDecider,
  type ErasureEvent,
  type ErasureFacts,
  type ErasureGround,
  type ErasureRejection,
  isKeptForResearch,
  type LegalHold,
  mayBeDestroyedFrom,
  type RegisteredBirthday,
  retentionRulesAt,
  type SealedUpTo,
} from '#domain/erasure';
import type { ConsentEvent } from '#domain/consent';
import { isUnderWay, publicAccessDecider, type PublicAccessEvent } from '#domain/public-access';
import type { ClaimEvent } from '#domain/relocation';
import { type CommandContext, type CommandHandling, UnknownTarget } from '../command-executor.js';
import { type Facts, mayStandThere, relocationIn } from '../facts.js';
import type { Directory } from '../organisations.js';
import { requestSubject } from './public-access.js';

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
 * Whose: the person of a case, asked for by officers of the home board; somebody about whom others have asked, by officers of
 * the authority that decided the inquiry; or whoever is named in a request for official documents, by registrars and deciders
 * of the authority to which it came.
 */
export type ErasedFile =
  | { readonly caseId: string; readonly inquiryId?: undefined; readonly requestId?: undefined }
  | { readonly inquiryId: string; readonly caseId?: undefined; readonly requestId?: undefined }
  | { readonly requestId: string; readonly caseId?: undefined; readonly inquiryId?: undefined };

/** What an officer has looked up elsewhere, where the number alone is not sure. */
interface LookedUp {
  readonly registeredBirthday?: RegisteredBirthday | undefined;
}

/** What is asked for about the person. Each is an officer's, with an own login. */
export interface ErasureIntents {
  ProposeErasure: ErasedFile & LookedUp & { ground: ErasureGround };
  ConfirmErasure: ErasedFile & LookedUp & { decisionId: string };
  RejectErasure: ErasedFile & { decisionId: string; reason: ErasureRejection };
  PlaceLegalHold: ErasedFile & { hold: LegalHold };
  LiftLegalHold: ErasedFile & { hold: LegalHold };
  /** By whoever carries it out, when it is carried out. */
  CompleteErasure: {
    /** The file, the inquiry or the request (`erasureOf`). */
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
  const subjectOf = async (file: ErasedFile, by: CommandContext['by']): Promise<string> => {
    if (file.caseId !== undefined) return (await facts.relocation(file.caseId)).opened.subject;
    if (file.inquiryId !== undefined) return (await askedIn(facts, file.inquiryId, by)).subject;
    await requestedOf(facts, file.requestId, by);
    return requestSubject(file.requestId);
  };
  /**
   * The file's own, the inquiry's or the request's: who asked about somebody learns nothing of a case by erasing it, and a board nothing
   * of another's.
   */
  const stream = async (file: ErasedFile, { by }: CommandContext): Promise<string> => {
    if (file.caseId !== undefined) return streamName('erasure', await fileIdOf(facts, file.caseId));
    await subjectOf(file, by);
    return streamName('erasure', file.inquiryId ?? file.requestId);
  };
  const factsOfFile = (
    file: ErasedFile & LookedUp,
    subject: string,
    context: CommandContext,
  ): Promise<ErasureFacts> => {
    if (file.caseId !== undefined)
      return factsOf(dependencies, subject, file.caseId, context, file.registeredBirthday);
    return file.inquiryId === undefined
      ? requestFacts(facts, file.requestId, context)
      : inquiryFacts(dependencies, file.inquiryId, context);
  };
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

/** A board's file of a person, under one of its cases, of which the years are full. */
export interface DueFile extends CaseFile {
  /** The first day on which it may be destroyed, when nothing keeps it. */
  readonly earliest: PlainDate;
  /** What keeps it: the code with which a proposal is refused now. */
  readonly keptBy?: string;
}

/**
 * Whether the file to which a case belongs is due by the schedule, and what keeps it. Who the person is is opened, on
 * record, only where nothing else does.
 * @returns undefined while its years are not full
 */
export const dueFile = async (
  dependencies: ErasureDependencies,
  caseId: string,
  context: CommandContext,
): Promise<DueFile | undefined> => {
  const { facts } = dependencies;
  const { subject, board } = (await facts.relocation(caseId)).opened;
  const unopened = { ...dependencies, birthdayOf: async () => undefined };
  const found = await factsOf(unopened, subject, caseId, context, undefined);
  const earliest = mayBeDestroyedFrom(found.rules, found.lastEntryOn);
  if (found.today < earliest) return undefined;
  const stream = streamName('erasure', erasedFileId(board, subject));
  const state = fold(erasureDecider, (await facts.events(stream)) as unknown as readonly ErasureEvent[]);
  const keptBy = (known: ErasureFacts): string | undefined => {
    const data = { decisionId: decisionIdOf(context), subject, ground: 'RETENTION', facts: known } as const;
    try {
      erasureDecider.decide({ type: 'ProposeErasure', data, at: context.at, by: context.by }, state);
      return undefined;
    } catch (error) {
      if (error instanceof DomainError) return error.code;
      throw error;
    }
  };
  let code = keptBy(found);
  if (code === 'erasure.birthday_unknown')
    code = keptBy(await factsOf(dependencies, subject, caseId, context, undefined));
  return { caseId, subject, earliest, ...(code !== undefined && { keptBy: code }) };
};

const decisionIdOf = ({ commandId }: { readonly commandId: string }): string =>
  derivedId('erasure', commandId);

/** What two officers decided on. */
export type DecidedErasure = Pick<ErasureFacts, 'extent' | 'cases' | 'streams'> & {
  readonly decisionId: string;
  readonly subject: string;
};

/** Whose stream of erasures it is: that of a board's file of the person, the inquiry's, or the request's. */
export const erasureOf = async (
  facts: Facts,
  { extent, subject, cases: [first] }: Pick<DecidedErasure, 'extent' | 'subject' | 'cases'>,
): Promise<string> => {
  if (extent !== 'PERSON') return first!;
  // A restored log may be older than the case: what was destroyed is written down all the same.
  const isThere = (await facts.events(streamName('relocation', first!))).length > 0;
  return isThere ? fileIdOf(facts, first!) : subject;
};

/** How far a decision has come by the log; UNKNOWN also to a log that is older, or in which it was called off. */
export const erasureProgress = async (
  facts: Facts,
  of: string,
  decisionId: string,
): Promise<'COMPLETE' | 'DECIDED' | 'UNKNOWN'> => {
  const events = await facts.events(streamName('erasure', of));
  const state = fold(erasureDecider, events as unknown as readonly ErasureEvent[]);
  if (state.completed.includes(decisionId)) return 'COMPLETE';
  return state.status === 'DECIDED' && state.decision.decisionId === decisionId ? 'DECIDED' : 'UNKNOWN';
};

/** Under which id the board of a case has its file of the person. @throws UnknownTarget */
const fileIdOf = async (facts: Facts, caseId: string): Promise<string> => {
  const { board, subject } = (await facts.relocation(caseId)).opened;
  return erasedFileId(board, subject);
};
export const erasedFileId = (board: Token, subject: string): string =>
  derivedId('erased-file', board, subject);

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

/** A request, as the authority to which it came knows it. @throws UnknownTarget, also for every other authority */
const requestedOf = async (
  facts: Facts,
  requestId: string,
  by: CommandContext['by'],
): Promise<readonly RecordedEvent[]> => {
  const events = await facts.events(streamName('public-access', requestId));
  const first = events[0]?.data as { readonly authority: Token } | undefined;
  if (first?.authority !== by.organisation) throw new UnknownTarget();
  return events;
};

/**
 * Of a request for official documents: its own years, once nothing is waited for. Whom it names the system cannot know; the
 * two who decide have read it.
 */
const requestFacts = async (
  facts: Facts,
  requestId: string,
  { at, by }: CommandContext,
): Promise<ErasureFacts> => {
  const events = await requestedOf(facts, requestId, by);
  const state = fold(publicAccessDecider, events as unknown as readonly PublicAccessEvent[]);
  return {
    ...ofItsOwn(events, at),
    extent: 'REQUEST',
    cases: [requestId],
    openCases: isUnderWay(state, at) ? 1 : 0,
  };
};

/** What is no personal file: nothing of it is kept for research, and no child is placed by it. */
const ofItsOwn = (
  events: readonly RecordedEvent[],
  at: string,
): Omit<ErasureFacts, 'extent' | 'cases' | 'openCases'> => {
  const today = plainDateOf(at);
  const { stream, revision, metadata } = events.at(-1)!;
  return {
    streams: [{ stream, revision }],
    // That somebody has a new identity comes from Police to the two who decide, and stands nowhere here.
    identityAssumed: true,
    mayBeThere: false,
    lastEntryOn: plainDateOf(metadata.occurredAt),
    placedAsChild: false,
    keptForResearch: false,
    today,
    rules: retentionRulesAt(today),
  };
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
  const events = await facts.events(streamName('inquiry', inquiryId));
  const decided = events.some(
    ({ type }) => type === 'InformationRequestDecided' || type === 'StayInquiryAnswered',
  );
  return { ...ofItsOwn(events, at), extent: 'INQUIRY', cases: [inquiryId], openCases: decided ? 0 : 1 };
};

/**
 * What carries a decision out asks right before it destroys: between the decision and that, the person may have come back,
 * and others may have asked about the person.
 * @returns the streams that stand as they stood when it was proposed, and those to which nothing was ever written. What was
 *   written since in a file of its own (an inquiry, a decision that was served) stays, until it is decided on; so does an
 *   inquiry that is under a hold of its own by now, and every file of others
 * @throws DomainError when a case of the person at the board is open, or is there that nobody decided on, or its file has
 *   changed
 */
export const stillDecided = async (
  dependencies: Pick<ErasureDependencies, 'facts' | 'sealedStreams'>,
  { decisionId, subject, extent, cases, streams }: DecidedErasure,
): Promise<readonly string[]> => {
  const { facts } = dependencies;
  const asDecided = ({ stream, revision, recent }: Sealed): boolean =>
    streams.some((one) => one.stream === stream && one.revision === revision) ||
    (extent === 'PERSON' && revision < 0 && !recent);
  const all = await sealedUpTo(dependencies, subject);
  if (extent !== 'PERSON') {
    // A hold on the person keeps what was asked about him or her, too; those who decided know of none.
    const files = await filesOf(facts, subject, all);
    const held = await Promise.all(files.map(({ board }) => isHeld(facts, erasedFileId(board, subject))));
    ensure(!held.includes(true), 'erasure.legal_hold', { decisionId });
    ensure(all.some(asDecided), 'erasure.entries_changed', { decisionId });
    return all.filter(asDecided).map(({ stream }) => stream);
  }
  const file = await fileAt(facts, subject, cases[0]!, all);
  const concerned = [...file.sealed, ...all.filter(({ revision }) => revision < 0)];
  ensure(
    file.cases.every(({ open }) => !open),
    'erasure.case_open',
    { decisionId },
  );
  ensure(
    file.being === 0 &&
      sameIds(
        file.cases.map(({ caseId }) => caseId),
        cases,
      ),
    'erasure.cases_changed',
    { decisionId },
  );
  ensure(
    concerned.some(asDecided) && file.sealed.every((one) => asDecided(one) || isApart(one.stream)),
    'erasure.entries_changed',
    { decisionId },
  );
  return (await unlessHeld(facts, concerned.filter(asDecided))).map(({ stream }) => stream);
};

/** Why something of a person stays when a decision is carried out. */
export type SparedBecause = 'OTHER_CLASS' | 'LEGAL_HOLD' | 'CAME_SINCE' | 'OTHER_FILE';

/**
 * For who looks after the keys alone: that another authority keeps something of the person is told to no officer.
 * @param destroyedIn the streams in which something was destroyed
 * @returns why something that is left stays, by the stream in which it is sealed
 */
export const whySpared = async (
  dependencies: Pick<ErasureDependencies, 'facts' | 'sealedStreams'>,
  { subject, extent, cases }: DecidedErasure,
  destroyedIn: readonly string[],
): Promise<(stream: string) => SparedBecause> => {
  const { facts } = dependencies;
  const all = await sealedUpTo(dependencies, subject);
  const own = extent === 'PERSON' ? (await fileAt(facts, subject, cases[0]!, all)).sealed : [];
  const free = new Set((await unlessHeld(facts, all)).map(({ stream }) => stream));
  const held = new Set(all.map(({ stream }) => stream).filter((stream) => !free.has(stream)));
  return (stream) => {
    if (destroyedIn.includes(stream)) return 'OTHER_CLASS';
    if (held.has(stream)) return 'LEGAL_HOLD';
    return own.some((one) => one.stream === stream) ? 'CAME_SINCE' : 'OTHER_FILE';
  };
};

const sameIds = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one));

/** Whether somebody has a lawful hold on a board's file of a person, or on what was asked in an inquiry. */
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

/** A stream in which something of a person is sealed, and how far it goes now. */
type Sealed = SealedUpTo & SealedStream;

/** Everything in which something of a person is sealed, whoever's it is. */
const sealedUpTo = async (
  { facts, sealedStreams }: Pick<ErasureDependencies, 'facts' | 'sealedStreams'>,
  subject: string,
): Promise<readonly Sealed[]> =>
  Promise.all(
    (await sealedStreams(subject)).map(async (one) => ({
      ...one,
      revision: (await facts.events(one.stream)).at(-1)?.revision ?? -1,
    })),
  );

/** Whether a stream is a file of its own: what was asked about somebody, and a decision that was served. */
const isApart = (stream: string): boolean =>
  ['inquiry', 'decision'].includes(parseStreamName(stream).category);

/** What one board has of a person: it is judged by itself and destroyed by itself, and tells nothing of another's. */
interface BoardsFile {
  readonly board: Token;
  /** Every case that the board ever opened about the person. */
  readonly cases: readonly CaseOfFile[];
  /** How many are being opened there: their keys are there, and their first event is not. */
  readonly being: number;
  /** In what something is sealed: the streams of these cases, what the board decided, and what it was asked. */
  readonly sealed: readonly Sealed[];
}

/**
 * The file of each board that ever had a case of the person: those that have claimed the person, and those in which
 * something of the person is sealed, since the claim follows the opening of a case after a while.
 * @param some cases that are known to be there
 */
const filesOf = async (
  facts: Facts,
  subject: string,
  all: readonly Sealed[],
  some: readonly string[] = [],
): Promise<readonly BoardsFile[]> => {
  const claims = (await facts.events(streamName('claim', subject))) as unknown as readonly ClaimEvent[];
  const relocations = all
    .map((one) => ({ ...one, ...parseStreamName(one.stream) }))
    .filter(({ category }) => category === 'relocation');
  const known = new Set([
    ...some,
    ...claims.map(({ data }) => data.caseId),
    ...relocations.filter(({ revision }) => revision >= 0).map(({ id }) => id),
  ]);
  const cases = await Promise.all([...known].sort().map((one) => caseFacts(facts, one)));
  return [...new Set(cases.map(({ board }) => board))].map((board) => {
    const own = cases.filter((one) => one.board === board);
    const streams = new Set(own.flatMap((one) => one.streams));
    return {
      board,
      cases: own,
      // A request that was refused leaves a key, too: it is not waited for longer than an hour.
      being: relocations.filter(
        ({ revision, recent, owners }) => revision < 0 && recent && owners.includes(board),
      ).length,
      sealed: all.filter(
        ({ stream, owners }) =>
          streams.has(stream) || (isApart(stream) && owners.every((owner) => owner === board)),
      ),
    };
  });
};

/** The file of the board that opened a case. @throws UnknownTarget */
const fileAt = async (
  facts: Facts,
  subject: string,
  caseId: string,
  all: readonly Sealed[],
): Promise<BoardsFile> => {
  const { board } = (await facts.relocation(caseId)).opened;
  return (await filesOf(facts, subject, all, [caseId])).find((one) => one.board === board)!;
};

/** Read from everything that would be destroyed: all streams of every case that the person had at the board, and its others. */
const factsOf = async (
  dependencies: ErasureDependencies,
  subject: string,
  caseId: string,
  context: CommandContext,
  registered: RegisteredBirthday | undefined,
): Promise<ErasureFacts> => {
  const { facts, directory, birthdayOf } = dependencies;
  const file = await fileAt(facts, subject, caseId, await sealedUpTo(dependencies, subject));
  const found = file.cases;
  const read = new Set(found.flatMap(({ streams }) => streams));
  // Decisions that were served, what the board was asked about the person: streams that no case names.
  const sealed = await unlessHeld(facts, file.sealed);
  const others = sealed.filter(({ stream }) => !read.has(stream));
  const entries = [
    ...found.flatMap((one) => one.entries),
    ...(await Promise.all(others.map(({ stream }) => facts.events(stream)))).flat(),
  ];
  const children = found.filter(({ openedAsChild }) => openedAsChild).map((one) => one.caseId);
  const today = plainDateOf(context.at);
  const rules = retentionRulesAt(today);
  const dateInNumber = await birthdayOf(caseId, context);
  // Of everybody whose writings would go: one who must keep them is enough, and so is one who is in no directory.
  const owners = [...new Set([file.board, ...sealed.flatMap((one) => one.owners)])];
  const isKept = (owner: Token, birth: Birth): boolean | 'UNSURE' => {
    const organisation = directory.findOrganisation(owner);
    return organisation === undefined || isKeptForResearch(rules, birth, organisation.municipalityCode);
  };
  const kept =
    dateInNumber === undefined
      ? undefined
      : owners.map((owner) => isKept(owner, { dateInNumber, registered }));
  return {
    extent: 'PERSON',
    cases: found.map((one) => one.caseId),
    streams: sealed.map(({ stream, revision }) => ({ stream, revision })),
    openCases: found.filter(({ open }) => open).length,
    identityAssumed: found.some((one) => one.identityAssumed),
    mayBeThere: found.some(({ mayBeThere }) => mayBeThere),
    lastEntryOn: plainDateOf(
      entries.map(({ metadata }) => metadata.occurredAt).reduce((a, b) => (a > b ? a : b)),
    ),
    placedAsChild: entries.some(
      (event) => isPlacement(event) && children.includes((event.data as { caseId: string }).caseId),
    ),
    keptForResearch: kept && (kept.includes(true) || (kept.includes('UNSURE') && 'UNSURE')),
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

type CaseOfFile = Awaited<ReturnType<typeof caseFacts>>;

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
    identityAssumed:
      relocation.some(
        ({ type, data }) => type === 'CaseClosed' && (data as { code: string }).code === 'HANDED_OVER',
      ) && others.flat().some(({ type }) => type === 'IdentityAssumed'),
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
