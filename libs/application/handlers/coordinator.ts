import { deadline, derivedId, DomainError, reminderBetween, streamName } from '#kernel';
import { placementIn } from '../facts.js';
import { runRingsAgain } from '../rings.js';
import { boardId } from '../reference/organisations.js';
import { type HandlerDependencies, municipalityOf, policeOf, rescuersOf } from './dependencies.js';
import type { IntentHandlings } from './define.js';

type OfCommand = { readonly commandId: string };
const candidateIdOf = ({ commandId }: OfCommand): string => derivedId('candidate', commandId);
const proposalIdOf = ({ commandId }: OfCommand): string => derivedId('proposal', commandId);

/** What the national coordinator asks for. */
export const coordinatorHandlings = (
  dependencies: HandlerDependencies,
): Pick<
  IntentHandlings,
  'CheckCandidate' | 'OrderProposal' | 'ClearPlacement' | 'SettleAttention' | 'TakeDuty' | 'EnactRules'
> => {
  const { facts, directory, contacts, conflicts, recordCheck } = dependencies;
  return {
    CheckCandidate: {
      stream: ({ caseId }) => streamName('consent', caseId),
      creates: candidateIdOf,
      async prepare({ caseId, municipalityCode }, context) {
        const municipality = municipalityOf(municipalityCode);
        const board = directory.organisation(boardId(municipality.code));
        const area = directory.area(municipality);
        const municipalityToken = directory.municipality(municipality.code);
        const [
          relocation,
          waiverVersion,
          rules,
          holding,
          { residents, revision },
          exposedAreas,
          { disqualified },
        ] = await Promise.all([
          facts.relocation(caseId),
          facts.waiverVersion(caseId, context.at),
          facts.rulesAt(context.at),
          contacts.holding(board, ['RECEIVING_OFFICER', 'RECEIVING_DECIDER'], context.at),
          facts.area(area),
          facts.exposedAreas(caseId),
          facts.people(caseId),
        ]);
        // Nobody is named again who is disqualified in the case.
        const police = await policeOf(dependencies, municipality, context.at, disqualified);
        const boardContacts = holding.filter((one) => !disqualified.includes(one)).slice(0, 4);
        // Said as of any other place where the person must not be: a try does not tell where the person comes from.
        if (board === relocation.opened.board) throw new DomainError('consent.no_go_place');
        const { subject } = relocation.opened;
        // Before the rings: Police's rows stand before their event does, so what is counted is seen.
        const entries = await facts.conflictEntries({ caseId, subject });
        const verdict = await conflicts.verdict({
          subject,
          residents: residents.filter((resident) => resident.caseId !== caseId),
          area,
          municipality: municipalityToken,
        });
        return {
          type: 'CheckCandidate',
          data: {
            caseId,
            candidateId: candidateIdOf(context),
            municipality: municipalityToken,
            board,
            boardContacts,
            area,
            receivingPolice: police.unit,
            receivingPoliceContacts: police.contacts,
            verdict,
            areaRevision: revision,
            registerChanges: entries.length,
            ...(verdict === 'REFER_TO_POLICE'
              ? { referralDueAt: deadline(rules.clocks.referralAnswer, context.at) }
              : {}),
            requested: relocation.requested !== undefined && !relocation.closed,
            noGoPlaces: relocation.requested?.noGoPlaces ?? [],
            exposedAreas,
            waiverActive: waiverVersion !== undefined,
          },
          beforeAppend: () => recordCheck({ caseId, subject }, context),
        };
      },
    },

    OrderProposal: {
      stream: ({ caseId }) => streamName('consent', caseId),
      creates: proposalIdOf,
      async prepare({ caseId, candidateId, startOn }, context) {
        const [relocation, waiverVersion, assessment, rules, exposedAreas, { disqualified }] =
          await Promise.all([
            facts.relocation(caseId),
            facts.waiverVersion(caseId, context.at),
            facts.assessment(caseId),
            facts.rulesAt(context.at),
            facts.exposedAreas(caseId),
            facts.people(caseId),
          ]);
        if (!relocation.requested || relocation.closed) throw new DomainError('consent.not_requested');
        const { adults, children, housingForm, competences } = relocation.requested;
        const { subject } = relocation.opened;
        const entries = await facts.conflictEntries({ caseId, subject });
        const proposalId = proposalIdOf(context);
        const answerBy = deadline(rules.clocks.proposalAnswer, context.at);
        return {
          type: 'OrderProposal',
          data: {
            caseId,
            subject,
            proposalId,
            candidateId,
            referenceCode: dependencies.referenceCode(proposalId),
            adults,
            children,
            housingForm,
            competences,
            startOn,
            answerBy,
            remindAt: reminderBetween(context.at, answerBy, rules.reminderAt),
            assessment,
            waiverActive: waiverVersion !== undefined,
            registerChanges: entries.length,
            exposedAreas,
            disqualified,
            checkMaxAgeHours: rules.clocks.conflictCheckMaxAge.amount,
          },
        };
      },
    },

    ClearPlacement: {
      stream: ({ proposalId }) => streamName('placement', proposalId),
      async prepare({ proposalId, plannedArrival }, context, loaded) {
        const { caseId, subject, area, municipality, housing } = placementIn(loaded.events);
        const [
          relocation,
          proposal,
          assessment,
          assessors,
          waiverVersion,
          { residents, revision },
          exposed,
          people,
        ] = await Promise.all([
          facts.relocation(caseId),
          facts.proposal(caseId, proposalId),
          facts.assessment(caseId),
          facts.assessors(caseId),
          facts.waiverVersion(caseId, context.at),
          facts.area(area),
          facts.exposedAreas(caseId),
          facts.people(caseId),
        ]);
        if (!relocation.requested) throw new DomainError('consent.not_requested');
        // Those who stand by now: who did when the case was opened may have left, or be disqualified since.
        const { receivingPolice } = proposal;
        const [standingBy, receivingPoliceContacts] = await Promise.all([
          contacts.holding(relocation.opened.board, ['HOME_DUTY_OFFICER'], context.at),
          rescuersOf(
            dependencies,
            receivingPolice,
            proposal.receivingPoliceContacts,
            context.at,
            people.disqualified,
          ),
        ]);
        const person = { caseId, subject, proposalId, municipality, housing };
        // Proposed before another place of the person in this area became known: it is clear for nobody who knows that.
        const verdict = exposed.includes(area)
          ? 'REFER_TO_POLICE'
          : await runRingsAgain({ facts, conflicts }, area, person, residents);
        return {
          type: 'ClearPlacement',
          data: {
            caseId,
            subject,
            proposalId,
            plannedArrival,
            assessment,
            waiverVersion,
            verdict,
            areaRevision: revision,
            assessors,
            requestedBy: relocation.requested.requestedBy,
            board: proposal.board,
            receivingPolice,
            receivingPoliceContacts,
            homeDutyOfficers: standingBy.filter((one) => !people.disqualified.includes(one)).slice(0, 2),
          },
        };
      },
    },

    SettleAttention: {
      stream: ({ caseId }) => streamName('consent', caseId),
      async prepare(intent) {
        return { type: 'SettleAttention', data: intent };
      },
    },

    TakeDuty: {
      stream: () => streamName('coordination', 'national'),
      async prepare(_intent, context) {
        return { type: 'TakeDuty', data: { official: context.by.person, from: context.at } };
      },
    },

    EnactRules: {
      stream: () => streamName('coordination', 'national'),
      async prepare(intent) {
        return { type: 'EnactRules', data: intent };
      },
    },
  };
};
