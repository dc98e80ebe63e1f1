import { type DataClass, derivedId, plainDateOf, type PlainDate, streamName } from '#kernel';
import {
  type ErasureFacts,
  type ErasureGround,
  type ErasureRejection,
  isKeptForResearch,
  type LegalHold,
  retentionRulesAt,
} from '#domain/erasure';
import type { ConsentEvent } from '#domain/consent';
import type { ClaimEvent } from '#domain/relocation';
import { type CommandContext, type CommandHandling, UnknownTarget } from '../command-executor.js';
import { type Facts, relocationIn } from '../facts.js';
import type { Directory } from '../organisations.js';

/** What the handlers of erasure lean on. */
export interface ErasureDependencies {
  readonly facts: Facts;
  readonly directory: Pick<Directory, 'findOrganisation'>;
  /** As in HandlerDependencies. */
  birthdayOf(caseId: string, context: CommandContext): Promise<PlainDate | undefined>;
}

/** What is asked for about the person of a case. Each is an officer's of the home board, with an own login. */
export interface ErasureIntents {
  ProposeErasure: { caseId: string; ground: ErasureGround };
  ConfirmErasure: { caseId: string; decisionId: string };
  RejectErasure: { caseId: string; decisionId: string; reason: ErasureRejection };
  PlaceLegalHold: { caseId: string; hold: LegalHold };
  LiftLegalHold: { caseId: string; hold: LegalHold };
  /** By whoever carries it out, when it is carried out. */
  CompleteErasure: {
    subject: string;
    decisionId: string;
    destroyedKeys: number;
    epoch: number;
    highestEpoch: number;
    keysLeft: number;
    earlierEpochsLeft: number;
  };
  /** By whoever starts a system on a copy that does not know of it. */
  RepeatErasure: {
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
  const subjectOf = async (caseId: string): Promise<string> =>
    (await facts.relocation(caseId)).opened.subject;
  const stream = async ({ caseId }: { readonly caseId: string }): Promise<string> =>
    streamName('erasure', await subjectOf(caseId));
  return {
    ProposeErasure: {
      stream,
      creates: decisionIdOf,
      async prepare({ caseId, ground }, context) {
        const subject = await subjectOf(caseId);
        return {
          type: 'ProposeErasure',
          data: {
            decisionId: decisionIdOf(context),
            subject,
            ground,
            facts: await factsOf(dependencies, subject, caseId, context),
          },
        };
      },
    },
    ConfirmErasure: {
      stream,
      async prepare({ caseId, decisionId }, context) {
        const subject = await subjectOf(caseId);
        return {
          type: 'ConfirmErasure',
          data: { decisionId, facts: await factsOf(dependencies, subject, caseId, context) },
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
      async prepare({ caseId, hold }) {
        return { type: 'PlaceLegalHold', data: { subject: await subjectOf(caseId), hold } };
      },
    },
    LiftLegalHold: {
      stream,
      async prepare({ caseId, hold }) {
        return { type: 'LiftLegalHold', data: { subject: await subjectOf(caseId), hold } };
      },
    },
    CompleteErasure: {
      stream: ({ subject }) => streamName('erasure', subject),
      async prepare({ subject: _subject, ...done }) {
        return { type: 'CompleteErasure', data: done };
      },
    },
    RepeatErasure: {
      stream: ({ subject }) => streamName('erasure', subject),
      async prepare(done) {
        return { type: 'RepeatErasure', data: done };
      },
    },
  };
};

const decisionIdOf = ({ commandId }: { readonly commandId: string }): string =>
  derivedId('erasure', commandId);

/** Read from the streams of every case that the person ever had. */
const factsOf = async (
  { facts, directory, birthdayOf }: ErasureDependencies,
  subject: string,
  caseId: string,
  context: CommandContext,
): Promise<ErasureFacts> => {
  const claims = (await facts.events(streamName('claim', subject))) as unknown as readonly ClaimEvent[];
  const cases = [...new Set([caseId, ...claims.map(({ data }) => data.caseId)])].sort();
  const found = await Promise.all(cases.map((one) => caseFacts(facts, one)));
  const today = plainDateOf(context.at);
  const rules = retentionRulesAt(today);
  const birthday = await birthdayOf(caseId, context);
  // Boards of all cases: one that must keep its file is enough.
  const municipalities = found.map(({ board }) => directory.findOrganisation(board)?.municipalityCode ?? '');
  return {
    cases,
    openCases: found.filter(({ open }) => open).length,
    handedOver: found.some(({ handedOver }) => handedOver),
    lastEntryOn: found.map(({ lastEntryOn }) => lastEntryOn).reduce((a, b) => (a > b ? a : b)),
    placedAsChild: found.some(({ placedAsChild }) => placedAsChild),
    keptForResearch:
      birthday === undefined
        ? undefined
        : municipalities.some((code) => isKeptForResearch(rules, birthday, code)),
    today,
    rules,
  };
};

const caseFacts = async (facts: Facts, caseId: string) => {
  const relocation = await facts.events(streamName('relocation', caseId));
  if (relocation.length === 0) throw new UnknownTarget();
  const { opened, closed } = relocationIn(relocation);
  const consent = await facts.events(streamName('consent', caseId));
  const proposals = (consent as unknown as readonly ConsentEvent[]).flatMap((event) =>
    event.type === 'PlacementAccepted' ? [event.data.proposalId] : [],
  );
  const others = await Promise.all(
    [
      streamName('disclosure', caseId),
      streamName('threat-assessment', caseId),
      ...proposals.map((id) => streamName('placement', id)),
    ].map((stream) => facts.events(stream)),
  );
  const all = [relocation, consent, ...others].flat();
  const last = all.map(({ metadata }) => metadata.occurredAt).reduce((a, b) => (a > b ? a : b));
  return {
    board: opened.board,
    open: !closed,
    handedOver: relocation.some(
      ({ type, data }) => type === 'CaseClosed' && (data as { code: string }).code === 'HANDED_OVER',
    ),
    lastEntryOn: plainDateOf(last),
    placedAsChild:
      (opened.ageBand === 'UNDER_15' || opened.ageBand === '15_17') &&
      all.some(({ type }) => type === 'PlacementCleared'),
  };
};
