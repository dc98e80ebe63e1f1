import { confidential, deadline, DomainError, streamName, type Token } from '#kernel';
import type { PreparedAnswer } from '#domain/consent';
import type { AnswerIntent } from '../intents.js';
import type { CommandContext } from '../command-executor.js';
import { placementIn, proposalIn } from '../facts.js';
import { runRingsAgain } from '../rings.js';
import { findOrganisation, providerId } from '../reference/organisations.js';
import { type HandlerDependencies, namedOfficials, ownMunicipality } from './dependencies.js';
import type { IntentHandlings } from './define.js';

/** @throws DomainError when the answer lacks what its kind demands: a missing reason or missing terms. */
const preparedAnswer = ({ answer, reason, startOn, housingForm }: AnswerIntent): PreparedAnswer => {
  switch (answer) {
    case 'ACCEPT':
      return { kind: 'ACCEPT' };
    case 'DECLINE':
      if (!reason) throw new DomainError('consent.reason_missing');
      return { kind: 'DECLINE', reason };
    case 'COUNTER':
      if (startOn) return { kind: 'COUNTER', terms: { kind: 'START_DATE', startOn } };
      if (housingForm) return { kind: 'COUNTER', terms: { kind: 'HOUSING', housingForm } };
      throw new DomainError('consent.terms_missing');
  }
};

/** What a receiving board, its housing provider and its side of a placement ask for. */
export const receivingSideHandlings = (
  dependencies: HandlerDependencies,
): Pick<
  IntentHandlings,
  'DeclareCapacity' | 'PrepareAnswer' | 'DecideAnswer' | 'GrantAdmission' | 'RefuseAdmission'
> => {
  const { facts, directory, contacts, conflicts } = dependencies;

  /** A board names no case: the proposal tells which one. */
  const consentStream = async ({ proposalId }: { proposalId: string }) =>
    streamName('consent', await facts.proposedCase(proposalId));

  /** With a yes come the two persons who will know, the provider with its directors, and the housing. */
  const acceptance = async (
    intent: { receivers?: readonly string[]; provider?: string; housing?: string },
    context: CommandContext,
    caseId: string,
  ): Promise<{
    receivers: readonly Token[];
    provider: Token;
    directors: readonly Token[];
    housing: Token;
  }> => {
    if (!intent.receivers?.length || !intent.provider || !intent.housing)
      throw new DomainError('consent.acceptance_incomplete');
    const provider = directory.organisation(providerId(intent.provider));
    const [receivers, directors] = await Promise.all([
      namedOfficials(
        dependencies,
        intent.receivers,
        context.by.organisation,
        ['RECEIVING_OFFICER', 'RECEIVING_DECIDER'],
        context.at,
      ),
      contacts.holding(provider, ['FACILITY_DIRECTOR'], context.at, 2),
    ]);
    const { disqualified } = await facts.people(caseId);
    if (receivers.some((one) => disqualified.includes(one))) throw new DomainError('disclosure.disqualified');
    if (directors.length === 0) throw new DomainError('consent.provider_without_director');
    // The rings, the reservations and Police who hold the alarm plan are those of the municipality that was asked.
    if (findOrganisation(providerId(intent.provider))?.municipalityCode !== ownMunicipality(context).code)
      throw new DomainError('consent.provider_elsewhere');
    return { receivers, provider, directors, housing: directory.housing(intent.provider, intent.housing) };
  };

  return {
    DeclareCapacity: {
      stream: (_intent, context) => streamName('destination', context.by.organisation),
      async prepare(intent, context) {
        const municipality = directory.municipality(ownMunicipality(context).code);
        return { type: 'DeclareCapacity', data: { ...intent, board: context.by.organisation, municipality } };
      },
    },

    PrepareAnswer: {
      stream: consentStream,
      async prepare(intent, _context, loaded) {
        const { caseId } = proposalIn(loaded.events, intent.proposalId);
        return {
          type: 'PrepareAnswer',
          data: { caseId, proposalId: intent.proposalId, answer: preparedAnswer(intent) },
        };
      },
    },

    DecideAnswer: {
      stream: consentStream,
      async prepare(intent, context, loaded) {
        const { caseId } = proposalIn(loaded.events, intent.proposalId);
        const rules = await facts.rulesAt(context.at);
        return {
          type: 'DecideAnswer',
          data: {
            caseId,
            proposalId: intent.proposalId,
            answer: preparedAnswer(intent),
            ...(intent.answer === 'ACCEPT' ? await acceptance(intent, context, caseId) : {}),
            counterAnswerBy: deadline(rules.clocks.counterAnswer, context.at),
            maxCounterRounds: rules.maxCounterRounds,
          },
        };
      },
    },

    GrantAdmission: {
      stream: ({ proposalId }) => streamName('placement', proposalId),
      async prepare({ proposalId, address }, context, loaded) {
        const { caseId, subject, area, municipality, housing, board } = placementIn(loaded.events);
        const place = directory.findMunicipality(municipality);
        if (!place) throw new DomainError('municipality.unknown');
        const [{ residents }, rules] = await Promise.all([facts.area(area), facts.rulesAt(context.at)]);
        const person = { caseId, subject, proposalId, municipality, housing };
        const verdict = await runRingsAgain({ facts, conflicts }, area, person, residents);
        return {
          type: 'GrantAdmission',
          data: {
            caseId,
            proposalId,
            verdict,
            clearanceDueAt: deadline(rules.clocks.clearance, context.at),
            destination: confidential('destination', {
              municipalityCode: place.code,
              municipalityName: place.name,
            }),
            address: confidential('address', address),
          },
          // The receiving board's data, whoever wrote them down.
          sealing: { caseId, subject, owner: board },
        };
      },
    },

    RefuseAdmission: {
      stream: ({ proposalId }) => streamName('placement', proposalId),
      async prepare({ proposalId, reason }, _context, loaded) {
        const { caseId } = placementIn(loaded.events);
        return { type: 'RefuseAdmission', data: { caseId, proposalId, reason } };
      },
    },
  };
};
