import { describe, expect, it } from '@jest/globals';
import { authoriseAny, type CaseRelation, type Official, relationRules } from '#access';
import {
  actionNames,
  admissionStatuses,
  allowedActions,
  boardStatuses,
  caseStatuses,
  deskStatuses,
  referralStatuses,
  shownWaiverStates,
  type Situation,
} from '#projections';
import { routePolicies } from './allowed-actions.js';

const either = [false, true] as const;

/** Every situation that a role can be in, sensible or not. */
const situations: readonly Situation[] = [
  ...caseStatuses.flatMap((status) =>
    shownWaiverStates.flatMap((waiver) =>
      either.flatMap((supportDecided) =>
        either.flatMap((counterPending) =>
          either.flatMap((followUpDue) =>
            either.flatMap((departurePending) =>
              either.map((young): Situation => {
                const facts = { supportDecided, counterPending, followUpDue, departurePending, young };
                return { role: 'HOME_BOARD', status, waiver, ...facts };
              }),
            ),
          ),
        ),
      ),
    ),
  ),
  ...caseStatuses.flatMap((status) =>
    either.flatMap((loweringPending) =>
      either.flatMap((followUpDue) =>
        either.map((inquiryUnseen): Situation => {
          const facts = { loweringPending, followUpDue, inquiryUnseen };
          return { role: 'HOME_POLICE', status, ...facts };
        }),
      ),
    ),
  ),
  ...either.map((departurePending): Situation => ({ role: 'HOME_DUTY', departurePending })),
  ...[...referralStatuses, undefined].flatMap((referral) =>
    either.map((departurePending): Situation => ({ role: 'RECEIVING_POLICE', referral, departurePending })),
  ),
  ...caseStatuses.flatMap((status) =>
    [...deskStatuses, undefined].flatMap((proposal) =>
      either.map((attention): Situation => ({ role: 'NATIONAL_COORDINATOR', status, proposal, attention })),
    ),
  ),
  ...boardStatuses.map((status): Situation => ({ role: 'RECEIVING_BOARD', status })),
  ...admissionStatuses.map((status): Situation => ({ role: 'HOUSING_PROVIDER', status })),
];

/** Each action with the roles to which it is ever offered. */
const offered = new Set(
  situations.flatMap((situation) => allowedActions(situation).map((action) => `${action} ${situation.role}`)),
);

const now = '2026-03-02T08:00:00.000Z';
const organisation = 't11-organisation';

/** Officials of every function that can have the part: with delegation, on duty, trained and logged in. */
const officialsWith = (relation: CaseRelation): readonly Official[] =>
  relationRules[relation].functions.map((name) => ({
    person: 't11-person',
    appointments: [
      {
        organisation,
        agencyKind: relationRules[relation].agencyKind,
        function: name,
        delegated: true,
        from: '2026-01-01T00:00:00.000Z',
      },
    ],
    trainedAt: '2026-01-01T00:00:00.000Z',
    onDuty: true,
    login: { assurance: 'LOA3', authenticatedAt: now },
  }));

/** Each action with the roles of which somebody gets through the door of its route. */
const admitted = new Set(
  actionNames.flatMap((action) =>
    (Object.keys(relationRules) as CaseRelation[])
      .filter((relation) =>
        officialsWith(relation).some(
          (official) =>
            authoriseAny(
              official,
              routePolicies.get(action) ?? [],
              { parts: [{ relation, organisation }] },
              now,
            ).ok,
        ),
      )
      .map((relation) => `${action} ${relation}`),
  ),
);

/** What may be asked for in any state of a case, and moves it nowhere: nobody is offered it as a next step. */
const whateverTheState: readonly string[] = [
  'ProduceAccessReport',
  'BreakGlass',
  'BreakGlassAtPlacement',
  'ReportExposure',
  'ConfirmPlaceLeft',
  'ReportDecidedPlaceExposure',
  'ConfirmGlass',
  'RequestJointOpening',
  'ApproveJointOpening',
  'RejectJointOpening',
  'DeclareImpartial',
  'DeclareDisqualified',
  'ChangeContact',
  'DeclareImpartialOnProposal',
  'DeclareDisqualifiedOnProposal',
  'ChangeContactOnProposal',
];

describe('The actions that a role is offered', () => {
  it('are those that the routes let the role do: none that is refused, and none that is never offered', () => {
    expect(situations.length).toBeGreaterThan(600);
    expect([...offered].sort()).toEqual([...admitted].sort());
  });

  it('are all commands about a case, but those on protected data: no stage of the case opens or closes them', () => {
    const atAnyStage = [
      'TellAgency',
      'EndTelling',
      'RequestProtection',
      'RegisterProtectionOutcome',
      'EndProtection',
      'SendRegistrationNotice',
      'WithholdRegistrationNotice',
      'CheckExposedRegister',
    ];
    const aboutACase = [...routePolicies]
      .filter(([, policies]) => policies.some(({ relations }) => relations !== 'NO_CASE'))
      .map(([intent]) => intent)
      .filter((intent) => !whateverTheState.includes(intent));
    expect([...actionNames, ...atAnyStage].sort()).toEqual(aboutACase.sort());
  });
});
