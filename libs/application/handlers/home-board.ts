import { confidential, deadline, derivedId, plainDateOf, streamName } from '#kernel';
import { parseIdentityNumber, personFacts } from '#personal-data';
import { UnknownTarget } from '../command-executor.js';
import { decidedPlaceIn, placeDecisionIdOf, relocationIn, standingPlacesIn } from '../facts.js';
import { coordinatorId } from '../reference/organisations.js';
import type { IntentHandlings } from './define.js';
import {
  type HandlerDependencies,
  municipalityOf,
  namedOfficials,
  ownMunicipality,
  policeOf,
} from './dependencies.js';

/** A case's id is the same whenever the same officer repeats the same request. */
const caseIdOf = (context: { by: { person: string }; commandId: string }): string =>
  derivedId('case', context.by.person, context.commandId);

const decisionIdOf = ({ commandId }: { readonly commandId: string }): string =>
  derivedId('decision', commandId);

/** What the home board asks for. */
export const homeBoardHandlings = (
  dependencies: HandlerDependencies,
): Pick<
  IntentHandlings,
  | 'OpenCase'
  | 'SignWaiver'
  | 'WithdrawWaiver'
  | 'RegisterSupportDecision'
  | 'RequestRelocation'
  | 'RegisterServedDecision'
  | 'RegisterPlaceDecision'
  | 'ConfirmPlaceLeft'
  | 'ReportDecidedPlaceExposure'
  | 'ApproveCounterProposal'
  | 'RejectCounterProposal'
  | 'StartSupervisedClosing'
  | 'CloseCase'
> => {
  const { facts, directory, contacts, persons, companions, register } = dependencies;
  return {
    OpenCase: {
      stream: (_intent, context) => streamName('relocation', caseIdOf(context)),
      async prepare(intent, context) {
        const today = plainDateOf(context.at);
        const identity = parseIdentityNumber(intent.personalIdentityNumber, today);
        const { sex, ageBand } = personFacts(identity, today, { sex: intent.sex });
        const caseId = caseIdOf(context);
        const board = context.by.organisation;
        const home = ownMunicipality(context);
        const coordinator = directory.organisation(coordinatorId);
        const [officers, dutyOfficers, police, coordinatorContacts] = await Promise.all([
          namedOfficials(dependencies, intent.officers, board, ['HOME_OFFICER'], context.at),
          contacts.holding(board, ['HOME_DUTY_OFFICER'], context.at, 2),
          policeOf(dependencies, home, context.at),
          contacts.holding(coordinator, ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR'], context.at, 2),
        ]);
        // Last, so that a request which is refused for its officers leaves no trace of the person.
        const subject = await persons.subjectOf(identity.number);
        return {
          type: 'OpenCase',
          data: {
            caseId,
            subject,
            sex,
            ageBand,
            environment: intent.environment,
            entryRoute: intent.entryRoute,
            board,
            officers: [...new Set([context.by.person, ...officers])],
            dutyOfficers,
            homePolice: police.unit,
            homePoliceContacts: police.contacts,
            coordinator,
            coordinatorContacts,
            identity: confidential('identity', {
              personalIdentityNumber: identity.number,
              givenName: intent.givenName,
              familyName: intent.familyName,
            }),
            registryNumber: confidential('social', intent.registryNumber),
          },
          sealing: { caseId, subject, owner: board },
          // So that an adversary or kin who is named in another case is recognised.
          beforeAppend: () =>
            register.addEntries(subject, [
              { kind: 'SELF_PERSON', token: directory.conflictPerson(identity.number) },
            ]),
        };
      },
    },

    SignWaiver: {
      stream: ({ caseId }) => streamName('disclosure', caseId),
      async prepare(intent, context) {
        const [{ opened }, { mandatoryRecipients, mandatoryClasses }] = await Promise.all([
          facts.relocation(intent.caseId),
          facts.rulesAt(context.at),
        ]);
        return {
          type: 'SignWaiver',
          data: {
            ...intent,
            subject: opened.subject,
            form: 'WRITTEN',
            mandatoryRecipients,
            mandatoryClasses,
          },
        };
      },
    },

    WithdrawWaiver: {
      stream: ({ caseId }) => streamName('disclosure', caseId),
      async prepare(intent) {
        return { type: 'WithdrawWaiver', data: intent };
      },
    },

    RegisterSupportDecision: {
      stream: ({ caseId }) => streamName('relocation', caseId),
      async prepare({ caseId, decisionType, decidedOn, registryNumber }, _context, loaded) {
        const { opened } = relocationIn(loaded.events);
        return {
          type: 'RegisterSupportDecision',
          data: { caseId, decisionType, decidedOn, registryNumber: confidential('social', registryNumber) },
          sealing: { caseId, subject: opened.subject, owner: opened.board },
        };
      },
    },

    RequestRelocation: {
      stream: ({ caseId }) => streamName('relocation', caseId),
      async prepare(intent, context, loaded) {
        const { caseId } = intent;
        const { opened } = relocationIn(loaded.events);
        const today = plainDateOf(context.at);
        const numbers = [
          ...new Set(
            (intent.companionNumbers ?? []).map((number) => parseIdentityNumber(number, today).number),
          ),
        ];
        const waiverVersion = await facts.waiverVersion(caseId, context.at);
        return {
          type: 'RequestRelocation',
          data: {
            caseId,
            adults: intent.adults,
            children: intent.children,
            housingForm: intent.housingForm,
            competences: intent.competences,
            desiredStart: intent.desiredStart,
            needs: confidential('needs', { summary: intent.needSummary }),
            family: confidential('family', intent.companions),
            // The own municipality among them: what the coordinator may not ask about says nothing of where it is.
            noGoPlaces: [
              ...new Set(
                [ownMunicipality(context).code, ...intent.noGoMunicipalities].map((code) =>
                  directory.municipality(municipalityOf(code).code),
                ),
              ),
            ].sort(),
            waiverVersion,
          },
          sealing: { caseId, subject: opened.subject, owner: opened.board },
          // So that who asks about one of them is noticed. For that alone: a number beside the family would be who, for those
          // who read where.
          beforeAppend: () =>
            companions.goAlong(
              { caseId, subject: opened.subject },
              numbers.map((number) => directory.companion(number)),
            ),
        };
      },
    },

    RegisterServedDecision: {
      stream: (_intent, context) => streamName('decision', decisionIdOf(context)),
      creates: decisionIdOf,
      async prepare({ caseId, decisionType, decidedOn, registryNumber, text }, context) {
        const { opened } = await facts.relocation(caseId);
        return {
          type: 'RegisterServedDecision',
          data: {
            caseId,
            subject: opened.subject,
            decisionId: decisionIdOf(context),
            decisionType,
            decidedOn,
            decision: confidential('social', { registryNumber, text }),
          },
          sealing: { caseId, subject: opened.subject, owner: opened.board },
        };
      },
    },

    RegisterPlaceDecision: {
      stream: ({ decisionId }) => streamName('decision', decisionId),
      async prepare({ caseId, decisionId, decidedOn, provider, place }, context, loaded) {
        const { opened } = await facts.relocation(caseId);
        // A decision of another case is not there for this one.
        if ((loaded.events[0]?.data as { caseId?: string } | undefined)?.caseId !== caseId)
          throw new UnknownTarget();
        return {
          type: 'RegisterPlaceDecision',
          data: {
            caseId,
            subject: opened.subject,
            decisionId,
            placeDecisionId: derivedId('place-decision', context.commandId),
            decidedOn,
            address: confidential('address', { provider, place }),
          },
          sealing: { caseId, subject: opened.subject, owner: opened.board },
        };
      },
    },

    ConfirmPlaceLeft: {
      stream: ({ decisionId }) => streamName('decision', decisionId),
      async prepare({ there, departedAt = null, ...place }, _context, loaded) {
        const { subject } = decidedPlaceIn(loaded.events, place);
        return {
          type: 'ConfirmPlaceLeft',
          data: { ...place, subject, departedAt: there ? null : departedAt },
        };
      },
    },

    // On the stream of the grants, as of a placement: what they have not followed opens nothing.
    ReportDecidedPlaceExposure: {
      stream: ({ caseId }) => streamName('disclosure', caseId),
      async prepare(intent) {
        const [events, { closed }] = await Promise.all([
          facts.events(streamName('decision', intent.decisionId)),
          facts.relocation(intent.caseId),
        ]);
        decidedPlaceIn(events, intent);
        const stands = standingPlacesIn(events).some(
          (place) => placeDecisionIdOf(place) === intent.placeDecisionId,
        );
        return { type: 'ReportDecidedPlaceExposure', data: { ...intent, mayStandThere: stands && !closed } };
      },
    },

    ApproveCounterProposal: {
      stream: ({ caseId }) => streamName('consent', caseId),
      async prepare(intent, context) {
        const [rules, assessment] = await Promise.all([
          facts.rulesAt(context.at),
          facts.assessment(intent.caseId),
        ]);
        return {
          type: 'ApproveCounterProposal',
          data: { ...intent, answerBy: deadline(rules.clocks.proposalAnswer, context.at), assessment },
        };
      },
    },

    RejectCounterProposal: {
      stream: ({ caseId }) => streamName('consent', caseId),
      async prepare(intent) {
        return { type: 'RejectCounterProposal', data: intent };
      },
    },

    StartSupervisedClosing: {
      stream: ({ caseId }) => streamName('relocation', caseId),
      async prepare({ caseId, contactOn }, context) {
        const [assessment, placement] = await Promise.all([
          facts.assessment(caseId),
          facts.placements(caseId),
        ]);
        return {
          type: 'StartSupervisedClosing',
          data: {
            caseId,
            contactOn,
            assessmentVersion: assessment?.version ?? 0,
            assessmentValidAt: assessment !== undefined && assessment.validUntil > context.at,
            arrived: placement.arrivedAt !== undefined,
          },
        };
      },
    },

    CloseCase: {
      stream: ({ caseId }) => streamName('relocation', caseId),
      async prepare({ caseId, code }, context) {
        const [rules, placement] = await Promise.all([facts.rulesAt(context.at), facts.placements(caseId)]);
        return {
          type: 'CloseCase',
          data: {
            caseId,
            code,
            supervisionMonths: rules.clocks.supervisedClosing.amount,
            departurePending: placement.departurePending,
          },
        };
      },
    },
  };
};
