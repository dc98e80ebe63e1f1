import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Actor, addDays, confidential, endOfDay, type Sealed } from '#kernel';
import { given, playEachTwice, repeatChangesNothing } from '#kernel/testing';
import {
  applicantRoles,
  decidingAgency,
  exposedRegisters,
  expiryReminderDays,
  noticeReminderDays,
  registrationNoticeText,
  type ProtectedDataCommand,
  protectedDataDecider,
  type ProtectedDataEvent,
  type ProtectionKind,
  protectionKinds,
  type RegisteredMunicipality,
  type WithholdingReason,
  registersOn,
} from './index.js';

const at = '2026-03-10T08:00:00.000Z';
const officer: Actor = { person: 'p-officer', organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' };
const tax: Actor = { person: 'p-tax', organisation: 'o-tax', agencyKind: 'TAX_AGENCY' };
const police: Actor = { person: 'p-police', organisation: 'o-police', agencyKind: 'POLICE' };

type Data<Type extends ProtectedDataCommand['type']> = Extract<ProtectedDataCommand, { type: Type }>['data'];
const ask = <Type extends ProtectedDataCommand['type']>(
  type: Type,
  data: Data<Type>,
  by = officer,
  when = at,
): ProtectedDataCommand => ({ type, data, at: when, by }) as ProtectedDataCommand;

const caseId = 'c-1';
const asked = {
  caseId,
  subject: 's-1',
  protectionId: 'pr-1',
  kind: 'PROTECTED_REGISTRATION',
  appliedBy: 'SELF',
  familyIncluded: true,
  appliedOn: '2026-03-02',
  requestedBy: 'p-officer',
  taxAgency: 'o-tax',
  protectionOfficers: ['p-tax'],
} as const;
const request = (over: Partial<Data<'RequestProtection'>> = {}) =>
  ask('RequestProtection', { ...asked, ageBand: '25_34', inCare: false, ...over });
const requested = (kind: ProtectionKind = 'PROTECTED_REGISTRATION', protectionId = 'pr-1') =>
  ({ type: 'ProtectedDataRequested', data: { ...asked, kind, protectionId } }) as ProtectedDataEvent;
const municipality = confidential('identity', { registeredMunicipalityCode: '0180' }) as Sealed<
  'identity',
  RegisteredMunicipality
>;
const outcome = (over: Partial<Data<'RegisterProtectionOutcome'>> = {}, by = tax) =>
  ask(
    'RegisterProtectionOutcome',
    {
      caseId,
      protectionId: 'pr-1',
      outcome: 'GRANTED',
      decidedOn: '2026-03-10',
      until: '2027-03-10',
      subject: 's-1',
      board: 'o-board',
      ...over,
    },
    by,
  );
const granted = (
  over: Partial<Extract<ProtectedDataEvent, { type: 'ProtectedDataGranted' }>['data']> = {},
): ProtectedDataEvent => ({
  type: 'ProtectedDataGranted',
  data: {
    caseId,
    protectionId: 'pr-1',
    kind: 'PROTECTED_REGISTRATION',
    from: '2026-03-10',
    until: '2027-03-10',
    registeredBy: 'p-tax',
    ...over,
  },
});
const ended = (reason: 'EXPIRED' | 'OWN_NOTICE' | 'REPLACED', endedOn: string): ProtectedDataEvent => ({
  type: 'ProtectedDataEnded',
  data: { caseId, protectionId: 'pr-1', kind: 'PROTECTED_REGISTRATION', reason, endedOn },
});

describe('an application for protection', () => {
  it('is the person’s own, and may include the family that lives there too (FOL 16 §)', () => {
    given(protectedDataDecider, []).when(request()).then([requested()]);
    expect(repeatChangesNothing(protectedDataDecider, [], request())).toBe(true);
  });

  it('for a child comes from the guardians, one of them, or under LVU from the board (FOL 30 §)', () => {
    const admitted = (ageBand: 'UNDER_15' | '15_17' | '18_20' | '35_PLUS', inCare: boolean) =>
      applicantRoles.filter((appliedBy) =>
        repeatChangesNothing(protectedDataDecider, [], request({ appliedBy, ageBand, inCare })),
      );
    for (const child of ['UNDER_15', '15_17'] as const) {
      expect(admitted(child, false)).toEqual(['GUARDIANS', 'ONE_GUARDIAN']);
      expect(admitted(child, true)).toEqual(['GUARDIANS', 'ONE_GUARDIAN', 'BOARD']);
    }
    for (const adult of ['18_20', '35_PLUS'] as const) {
      expect(admitted(adult, false)).toEqual(['SELF']);
      expect(admitted(adult, true)).toEqual(['SELF']);
    }
    given(protectedDataDecider, [])
      .when(request({ appliedBy: 'BOARD' }))
      .thenRefused('protected_data.not_the_applicant');
  });

  it('includes the family in a protected registration alone: else each person applies (FOL 16 §, lag 1991:483)', () => {
    for (const kind of protectionKinds) {
      const decided = given(protectedDataDecider, []).when(request({ kind }));
      if (kind === 'PROTECTED_REGISTRATION') decided.then([requested()]);
      else decided.thenRefused('protected_data.family_not_included');
      expect(repeatChangesNothing(protectedDataDecider, [], request({ kind, familyIncluded: false }))).toBe(
        true,
      );
    }
  });

  it('is made once at a time for each kind; a prolongation while the protection holds', () => {
    given(protectedDataDecider, [requested()])
      .when(request({ protectionId: 'pr-2' }))
      .thenRefused('protected_data.already_requested');
    given(protectedDataDecider, [requested(), granted()])
      .when(request({ protectionId: 'pr-2' }))
      .then([requested('PROTECTED_REGISTRATION', 'pr-2')]);
    given(protectedDataDecider, [requested()])
      .when(request({ familyIncluded: false }))
      .thenRefused('protected_data.id_used_for_something_else');
    given(protectedDataDecider, [])
      .when(request({ appliedOn: '2026-03-11' }))
      .thenRefused('protected_data.in_the_future');
  });
});

describe('the outcome of an application', () => {
  it('is registered by the agency that decides, and is not there for any other', () => {
    for (const kind of protectionKinds)
      for (const by of [officer, tax, police]) {
        const when = given(protectedDataDecider, [requested(kind)]).when(
          outcome({ outcome: 'REFUSED', until: undefined }, by),
        );
        if (by.agencyKind === decidingAgency[kind])
          when.then([
            {
              type: 'ProtectedDataRefused',
              data: { caseId, protectionId: 'pr-1', kind, decidedOn: '2026-03-10', registeredBy: by.person },
            },
          ]);
        else when.thenRefused('protected_data.no_such_protection');
      }
  });

  it('has a first day and, where it is limited, a last one', () => {
    given(protectedDataDecider, [requested()]).when(outcome()).then([granted()]);
    given(protectedDataDecider, [requested()])
      .when(outcome({ registeredMunicipality: municipality }))
      .then([granted({ registeredMunicipality: municipality })]);
    given(protectedDataDecider, [requested(), granted()]).when(outcome()).thenNothing();
    given(protectedDataDecider, [requested()])
      .when(outcome({ until: '2026-03-10' }))
      .thenRefused('protected_data.ends_before_it_begins');
    given(protectedDataDecider, [requested()])
      .when(outcome({ decidedOn: '2026-03-01' }))
      .thenRefused('protected_data.decided_before_it_was_applied_for');
    given(protectedDataDecider, [requested()])
      .when(outcome({ outcome: 'REFUSED', until: undefined, decidedOn: '2026-03-01' }))
      .thenRefused('protected_data.decided_before_it_was_applied_for');
    given(protectedDataDecider, [requested()])
      .when(outcome({ decidedOn: '2026-03-11' }))
      .thenRefused('protected_data.in_the_future');
    given(protectedDataDecider, [requested(), granted()])
      .when(outcome({ until: '2028-03-10' }))
      .thenRefused('protected_data.already_decided');
    given(protectedDataDecider, [requested('SECRECY_MARKING')])
      .when(outcome({ registeredMunicipality: municipality }))
      .thenRefused('protected_data.no_other_registration');
    given(protectedDataDecider, [requested()])
      .when(outcome({ outcome: 'REFUSED' }))
      .thenRefused('protected_data.refused_has_no_terms');
  });

  it('of a newer one of the kind takes the place of the one before', () => {
    const second = { protectionId: 'pr-2', until: '2028-03-10' };
    given(protectedDataDecider, [requested(), granted(), requested('PROTECTED_REGISTRATION', 'pr-2')])
      .when(outcome(second))
      .then([granted(second), ended('REPLACED', '2026-03-10')]);
  });

  it('that the person is somebody else ends the case, and names nobody', () => {
    given(protectedDataDecider, [requested('ASSUMED_IDENTITY')])
      .when(outcome({ until: undefined }, police))
      .then([
        granted({ kind: 'ASSUMED_IDENTITY', until: undefined, registeredBy: 'p-police' }),
        { type: 'IdentityAssumed', data: { caseId, subject: 's-1', board: 'o-board' } },
      ]);
    given(protectedDataDecider, [requested('ASSUMED_IDENTITY')])
      .when(outcome({}, police))
      .thenRefused('protected_data.identity_does_not_end');
  });
});

describe('a protection', () => {
  const endIt = (over: Partial<Data<'EndProtection'>> = {}, by = tax) =>
    ask(
      'EndProtection',
      { caseId, protectionId: 'pr-1', reason: 'OWN_NOTICE', endedOn: '2026-03-10', ...over },
      by,
    );
  const remind = (daysLeft: number) =>
    ask('RemindProtectionExpiry', { caseId, protectionId: 'pr-1', daysLeft });
  const history = [requested(), granted()];

  it('ends on notice or for special reasons, said by the agency that decided', () => {
    given(protectedDataDecider, history)
      .when(endIt())
      .then([ended('OWN_NOTICE', '2026-03-10')]);
    given(protectedDataDecider, history)
      .when(endIt({}, officer))
      .thenRefused('protected_data.no_such_protection');
    given(protectedDataDecider, [requested()]).when(endIt()).thenRefused('protected_data.not_granted');
    given(protectedDataDecider, history)
      .when(endIt({ reason: 'EXPIRED' }))
      .thenRefused('protected_data.ends_by_itself');
    given(protectedDataDecider, history)
      .when(endIt({ endedOn: '2026-03-09' }))
      .thenRefused('protected_data.ends_before_it_begins');
    given(protectedDataDecider, [...history, ended('OWN_NOTICE', '2026-03-10')])
      .when(endIt())
      .thenNothing();
  });

  it('is called to mind 90 and 30 days before it ends, each once', () => {
    expect(expiryReminderDays('2026-03-10')).toEqual([90, 30]);
    const reminded: ProtectedDataEvent = {
      type: 'ProtectionExpiryReminded',
      data: { caseId, protectionId: 'pr-1', daysLeft: 90 },
    };
    given(protectedDataDecider, history).when(remind(90)).then([reminded]);
    given(protectedDataDecider, [...history, reminded])
      .when(remind(90))
      .thenNothing();
    given(protectedDataDecider, [...history, ended('OWN_NOTICE', '2026-03-10')])
      .when(remind(30))
      .thenNothing();
  });

  it('has ended when its last day is over, and not before', () => {
    const expire = (when: string) => ask('ExpireProtection', { caseId, protectionId: 'pr-1' }, officer, when);
    const over = endOfDay('2027-03-10');
    given(protectedDataDecider, history)
      .when(expire(over))
      .then([ended('EXPIRED', '2027-03-10')]);
    given(protectedDataDecider, history)
      .when(expire(new Date(Date.parse(over) - 1).toISOString()))
      .thenNothing();
    given(protectedDataDecider, [requested(), granted({ until: undefined })])
      .when(expire(over))
      .thenNothing();
  });
});

describe('the notice that a registration is presumably wrong (FOL 32 c §)', () => {
  const send = (sentOn = '2026-03-10') => ask('SendRegistrationNotice', { caseId, sentOn });
  const grounds = confidential('social', 'Påhittade skäl');
  const withhold = (reason: WithholdingReason = 'PERSECUTION') =>
    ask('WithholdRegistrationNotice', { caseId, reason, decidedOn: '2026-03-10', grounds });
  const sent: ProtectedDataEvent = {
    type: 'RegistrationNoticeSent',
    data: { caseId, sentOn: '2026-03-10', decidedBy: 'p-officer' },
  };
  const withheld: ProtectedDataEvent = {
    type: 'RegistrationNoticeWithheld',
    data: { caseId, reason: 'PERSECUTION', decidedOn: '2026-03-10', grounds, decidedBy: 'p-officer' },
  };
  const remind = (number: number) => ask('RemindRegistrationNotice', { caseId, number });

  it('is sent, or withheld with its reason, by somebody', () => {
    given(protectedDataDecider, []).when(send()).then([sent]);
    given(protectedDataDecider, []).when(withhold()).then([withheld]);
    given(protectedDataDecider, []).when(send('2026-03-11')).thenRefused('protected_data.in_the_future');
  });

  it('may be sent after all, but never taken back', () => {
    given(protectedDataDecider, [withheld]).when(send()).then([sent]);
    given(protectedDataDecider, [sent]).when(withhold()).thenRefused('protected_data.notice_already_sent');
    given(protectedDataDecider, [sent]).when(send()).thenNothing();
    given(protectedDataDecider, [sent])
      .when(send('2026-03-09'))
      .thenRefused('protected_data.notice_already_sent');
    given(protectedDataDecider, [withheld]).when(withhold()).thenNothing();
  });

  const withheldFor = (reason: WithholdingReason): ProtectedDataEvent => ({
    type: 'RegistrationNoticeWithheld',
    data: { caseId, reason, decidedOn: '2026-03-10', grounds, decidedBy: 'p-officer' },
  });
  const reopen = (when = at) => ask('ReopenRegistrationNotice', { caseId }, officer, when);
  const reopened = (reason: WithholdingReason): ProtectedDataEvent => ({
    type: 'RegistrationNoticeReopened',
    data: { caseId, reason },
  });
  const refused: ProtectedDataEvent = {
    type: 'ProtectedDataRefused',
    data: {
      caseId,
      protectionId: 'pr-1',
      kind: 'PROTECTED_REGISTRATION',
      decidedOn: '2026-03-10',
      registeredBy: 'p-tax',
    },
  };

  it('withheld because protection is applied for rests on an application or a protection', () => {
    const ask = withhold('PROTECTION_APPLIED_FOR');
    for (const history of [
      [],
      [requested(), refused],
      [requested(), granted(), ended('EXPIRED', '2027-03-10')],
    ])
      given(protectedDataDecider, history).when(ask).thenRefused('protected_data.nothing_applied_for');
    for (const history of [[requested()], [requested(), granted()]])
      given(protectedDataDecider, history)
        .when(ask)
        .then([withheldFor('PROTECTION_APPLIED_FOR')]);
  });

  it('is decided anew when what it was withheld for was refused or has ended, and nothing else protects the person', () => {
    for (const reason of ['PROTECTION_APPLIED_FOR', 'TEMPORARY_STAY'] as const) {
      const history = [requested(), withheldFor(reason)];
      given(protectedDataDecider, history).when(reopen()).thenNothing();
      for (const after of [[refused], [granted(), ended('OWN_NOTICE', '2026-03-10')]]) {
        given(protectedDataDecider, [...history, ...after])
          .when(reopen())
          .then([reopened(reason)]);
        expect(repeatChangesNothing(protectedDataDecider, [...history, ...after], reopen())).toBe(true);
      }
      const other = requested('SECRECY_MARKING', 'pr-2');
      given(protectedDataDecider, [...history, other, refused])
        .when(reopen())
        .thenNothing();
      // What becomes of an assumed identity is told to nobody, by this neither.
      given(protectedDataDecider, [requested('ASSUMED_IDENTITY', 'pr-2'), ...history, refused])
        .when(reopen())
        .thenNothing();
    }
    for (const reason of ['PERSECUTION', 'ADVICE_OF_POLICE'] as const)
      given(protectedDataDecider, [requested(), withheldFor(reason), refused])
        .when(reopen())
        .thenNothing();
    given(protectedDataDecider, [requested(), refused, sent]).when(reopen()).thenNothing();
    const again = [
      requested(),
      withheldFor('PROTECTION_APPLIED_FOR'),
      refused,
      reopened('PROTECTION_APPLIED_FOR'),
    ];
    given(protectedDataDecider, again).when(withhold()).then([withheld]);
    given(protectedDataDecider, again).when(send()).then([sent]);
  });

  it('is one for each move: an arrival elsewhere supersedes what was sent, withheld or left open, and each once', () => {
    const supersede = (proposalId: string) => ask('SupersedeRegistrationNotice', { caseId, proposalId });
    const superseded = (proposalId: string, before: 'NONE' | 'SENT' | 'WITHHELD'): ProtectedDataEvent => ({
      type: 'RegistrationNoticeSuperseded',
      data: { caseId, proposalId, before },
    });
    for (const [history, before] of [
      [[], 'NONE'],
      [[sent], 'SENT'],
      [[withheld], 'WITHHELD'],
    ] as const) {
      given(protectedDataDecider, history)
        .when(supersede('p-2'))
        .then([superseded('p-2', before)]);
      const second = [...history, superseded('p-2', before)];
      given(protectedDataDecider, second).when(supersede('p-2')).thenNothing();
      // Also told for the day of the one before: it is another notice.
      given(protectedDataDecider, second).when(send()).then([sent]);
      given(protectedDataDecider, second).when(withhold()).then([withheld]);
      given(protectedDataDecider, second)
        .when(remind(1))
        .then([{ type: 'RegistrationNoticeReminded', data: { caseId, number: 1 } }]);
      given(protectedDataDecider, [...second, sent])
        .when(supersede('p-2'))
        .thenNothing();
      given(protectedDataDecider, [...second, sent])
        .when(supersede('p-3'))
        .then([superseded('p-3', 'SENT')]);
    }
    // The reason of the move before passes without opening that of this one.
    given(protectedDataDecider, [
      requested(),
      withheldFor('TEMPORARY_STAY'),
      superseded('p-2', 'WITHHELD'),
      sent,
      refused,
    ])
      .when(reopen())
      .thenNothing();
  });

  it('withheld for a temporary stay is decided anew when the stay has lasted half a year', () => {
    const history = [requested(), withheldFor('TEMPORARY_STAY')];
    given(protectedDataDecider, history).when(reopen('2026-09-05T08:00:00.000Z')).thenNothing();
    given(protectedDataDecider, history)
      .when(reopen('2026-09-06T08:00:00.000Z'))
      .then([reopened('TEMPORARY_STAY')]);
  });

  it('is called to mind while neither has been decided', () => {
    expect(noticeReminderDays('2026-03-10')).toBeGreaterThan(0);
    expect(() => noticeReminderDays('1999-01-01')).toThrow(RangeError);
    const reminded: ProtectedDataEvent = { type: 'RegistrationNoticeReminded', data: { caseId, number: 1 } };
    given(protectedDataDecider, []).when(remind(1)).then([reminded]);
    given(protectedDataDecider, [reminded]).when(remind(1)).thenNothing();
    given(protectedDataDecider, [sent]).when(remind(1)).thenNothing();
    given(protectedDataDecider, [withheld]).when(remind(1)).thenNothing();
  });
});

describe('the registers that may give somebody away', () => {
  const check = (over: Partial<Data<'CheckExposedRegister'>> = {}) =>
    ask('CheckExposedRegister', {
      caseId,
      register: 'COMPANY_REGISTER',
      status: 'DONE',
      checkedOn: '2026-03-10',
      ...over,
    });
  const checked: ProtectedDataEvent = {
    type: 'ExposedRegisterChecked',
    data: {
      caseId,
      register: 'COMPANY_REGISTER',
      status: 'DONE',
      checkedOn: '2026-03-10',
      checkedBy: 'p-officer',
    },
  };

  it('are a dated list, and a protected registration does not reach the company register (OSL 21:3)', () => {
    const list = registersOn('2026-03-10');
    expect(list.map(({ register }) => register)).toEqual([...exposedRegisters]);
    expect(list.filter(({ followsProtection }) => followsProtection).map(({ register }) => register)).toEqual(
      ['POPULATION_REGISTER'],
    );
    expect(registersOn('2000-01-01')).toEqual([]);
  });

  it('are each looked at by somebody, on a day, and may be opened again', () => {
    given(protectedDataDecider, []).when(check()).then([checked]);
    given(protectedDataDecider, [checked]).when(check()).thenNothing();
    expect(repeatChangesNothing(protectedDataDecider, [checked], check({ status: 'OPEN' }))).toBe(true);
    // Found as it was, half a year later: by whom and when is what the list is for.
    const before = { ...checked, data: { ...checked.data, checkedOn: '2025-09-10' } } as ProtectedDataEvent;
    given(protectedDataDecider, [before]).when(check()).then([checked]);
    given(protectedDataDecider, [checked])
      .when(check({ status: 'OPEN', checkedOn: '2026-03-09' }))
      .thenRefused('protected_data.checked_since');
    given(protectedDataDecider, [])
      .when(check({ checkedOn: '2026-03-11' }))
      .thenRefused('protected_data.in_the_future');
    given(protectedDataDecider, [])
      .when(check({ checkedOn: '2000-01-01' }))
      .thenRefused('protected_data.register_not_listed');
  });

  it('are gone through again for every further place: what was seen before says nothing of its address', () => {
    const reopen = (proposalId: string) => ask('ReopenExposedRegisters', { caseId, proposalId });
    const reopened = (proposalId: string): ProtectedDataEvent => ({
      type: 'ExposedRegistersReopened',
      data: { caseId, proposalId, openedOn: '2026-03-10' },
    });
    const history = [checked, reopened('p-2')];
    for (const before of [[], [checked]])
      given(protectedDataDecider, before)
        .when(reopen('p-2'))
        .then([reopened('p-2')]);
    // Once for a place, also after it was gone through.
    for (const before of [history, [...history, checked]])
      given(protectedDataDecider, before).when(reopen('p-2')).thenNothing();
    given(protectedDataDecider, [...history, checked])
      .when(reopen('p-3'))
      .then([reopened('p-3')]);
    // Also what was looked at earlier on the same day is looked at again, and is on record again.
    given(protectedDataDecider, history).when(check()).then([checked]);
    given(protectedDataDecider, history)
      .when(check({ checkedOn: '2026-03-09' }))
      .thenRefused('protected_data.checked_before_this_place');
    given(protectedDataDecider, [])
      .when(check({ checkedOn: '2026-03-09' }))
      .then([{ ...checked, data: { ...checked.data, checkedOn: '2026-03-09' } } as ProtectedDataEvent]);
  });
});

describe('a notice', () => {
  it('shows the day, the law and the function, and has no place for an official or a person', () => {
    expect(registrationNoticeText('2026-03-10', 'sv')).toBe(
      [
        '2026-03-10',
        'Underrättelse enligt 32 c § folkbokföringslagen (1991:481): en uppgift i folkbokföringen kan antas vara oriktig.',
        'Handläggare, socialnämnden',
      ].join('\n\n'),
    );
    expect(registrationNoticeText('2026-03-10', 'en')).toContain('Officer, social welfare board');
  });
});

describe('a registered municipality and a place of stay', () => {
  it('are of two types, neither of which passes for the other', () => {
    interface Stay {
      readonly municipalityCode: string;
      readonly municipalityName: string;
    }
    const registered = (value: RegisteredMunicipality): RegisteredMunicipality => value;
    const stays = (value: Stay): Stay => value;
    const stay: Stay = { municipalityCode: '2480', municipalityName: 'Umeå' };
    const elsewhere: RegisteredMunicipality = { registeredMunicipalityCode: '0180' };
    // @ts-expect-error a place of stay is no registered municipality
    expect(Object.keys(registered(stay))).not.toEqual(Object.keys(elsewhere));
    // @ts-expect-error a registered municipality is no place of stay
    expect(Object.keys(stays(elsewhere))).not.toEqual(Object.keys(stay));
  });
});

describe('any story of protections', () => {
  it('has at most one of a kind in force, whatever is sent in whatever order, each command twice', () => {
    let accepted = 0;
    const id = fc.constantFrom('pr-1', 'pr-2', 'pr-3');
    const command = fc.oneof(
      id.map((protectionId) => request({ protectionId })),
      id.map((protectionId) => outcome({ protectionId })),
      id.map((protectionId) => outcome({ protectionId, outcome: 'REFUSED', until: undefined })),
      id.map((protectionId) =>
        ask('EndProtection', { caseId, protectionId, reason: 'OWN_NOTICE', endedOn: '2026-03-10' }, tax),
      ),
      id.map((protectionId) =>
        ask('ExpireProtection', { caseId, protectionId }, officer, endOfDay(addDays('2027-03-10', 1))),
      ),
    );
    fc.assert(
      fc.property(fc.array(command, { minLength: 10, maxLength: 40 }), (commands) => {
        const { events, state } = playEachTwice(protectedDataDecider, commands);
        accepted += events.length;
        const inForce = Object.values(state.protections).filter(({ status }) => status === 'GRANTED');
        expect(inForce.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
    expect(accepted).toBeGreaterThan(200);
  });
});
