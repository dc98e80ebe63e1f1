import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addHours, confidential } from '#kernel';
import { given, playEachTwice, repeatChangesNothing } from '#kernel/testing';
import {
  claimDecider,
  type ClaimCommand,
  type ClaimEvent,
  closeCodes,
  type RelocationCommand,
  relocationDecider,
  type RelocationEvent,
} from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const caseId = 'case-1';
const subject = 'subject-1';
const officer = { person: 'p-officer', organisation: 'o-home', agencyKind: 'SOCIAL_BOARD' } as const;

type Command<Type extends RelocationCommand['type']> = Extract<RelocationCommand, { type: Type }>;
const command = <Type extends RelocationCommand['type']>(
  type: Type,
  data: Command<Type>['data'],
  when = at,
): RelocationCommand => ({ type, data, at: when, by: officer }) as unknown as RelocationCommand;

const opening: Command<'OpenCase'>['data'] = {
  caseId,
  subject,
  sex: 'MAN',
  ageBand: '21_24',
  environment: 'GANG',
  entryRoute: 'POLICE',
  board: 'o-home',
  officers: ['p-officer'],
  dutyOfficers: ['p-duty'],
  homePolice: 'o-police',
  homePoliceContacts: ['p-police'],
  coordinator: 'o-coordinator',
  coordinatorContacts: ['p-coordinator'],
  identity: confidential('identity', {
    personalIdentityNumber: '19020308-9810',
    givenName: 'Testperson',
    familyName: 'Alfa',
  }),
  registryNumber: confidential('social', 'SN 26/0001'),
};
const decision: Command<'RegisterSupportDecision'>['data'] = {
  caseId,
  decisionType: 'ASSISTANCE',
  decidedOn: '2026-03-01',
  registryNumber: confidential('social', 'SN 26/0002'),
};
const asked: Omit<Command<'RequestRelocation'>['data'], 'waiverVersion'> = {
  caseId,
  adults: 1,
  children: 0,
  housingForm: 'PROTECTED',
  competences: ['DEFECTOR_SUPPORT'],
  desiredStart: '2026-04-01',
  needs: confidential('needs', { summary: 'Needs staff round the clock.' }),
  family: confidential('family', []),
  noGoPlaces: ['m-1'],
};
const request: Command<'RequestRelocation'>['data'] = { ...asked, waiverVersion: 1 };
const closing: Command<'StartSupervisedClosing'>['data'] = {
  caseId,
  contactOn: '2026-03-01',
  assessmentVersion: 4,
  assessmentValidAt: true,
  arrived: true,
};

const opened: RelocationEvent = { type: 'CaseOpened', data: opening };
const decided: RelocationEvent = { type: 'SupportDecisionRegistered', data: decision };
const requested: RelocationEvent = {
  type: 'RelocationRequested',
  data: { ...asked, requestedBy: 'p-officer' },
};
const closingStarted: RelocationEvent = {
  type: 'SupervisedClosingStarted',
  data: { caseId, contactOn: '2026-03-01', assessmentVersion: 4, startedAt: at },
};
const closed = (code: Command<'CloseCase'>['data']['code']): RelocationEvent => ({
  type: 'CaseClosed',
  data: { caseId, code },
});
const close = (over: Partial<Command<'CloseCase'>['data']>, when = at) =>
  command(
    'CloseCase',
    { caseId, code: 'WITHDRAWN', supervisionMonths: 6, departurePending: false, ...over },
    when,
  );

describe('opening a case', () => {
  it('names the officers who may know of it', () => {
    given(relocationDecider, []).when(command('OpenCase', opening)).then([opened]);
  });
  it('is refused without a named officer, and with more than three', () => {
    given(relocationDecider, [])
      .when(command('OpenCase', { ...opening, officers: [] }))
      .thenRefused('relocation.no_officer_named');
    given(relocationDecider, [])
      .when(command('OpenCase', { ...opening, officers: ['a', 'b', 'c', 'd'] }))
      .thenRefused('relocation.too_many_officers', { most: 3 });
  });
  it('is quiet when the same case is opened again, and refuses another one under its id', () => {
    given(relocationDecider, [opened, decided]).when(command('OpenCase', opening)).thenNothing();
    given(relocationDecider, [opened])
      .when(command('OpenCase', { ...opening, subject: 'subject-2' }))
      .thenRefused('relocation.already_opened');
    given(relocationDecider, [opened, closed('WITHDRAWN')])
      .when(command('OpenCase', opening))
      .thenRefused('relocation.already_opened');
  });
});

describe('the support decision', () => {
  it('is registered, and registered again is quiet', () => {
    given(relocationDecider, [opened]).when(command('RegisterSupportDecision', decision)).then([decided]);
    given(relocationDecider, [opened, decided, requested])
      .when(command('RegisterSupportDecision', decision))
      .thenNothing();
  });
  it('may be followed by another one', () => {
    const lvu = { ...decision, decisionType: 'LVU' as const };
    given(relocationDecider, [opened, decided, requested])
      .when(command('RegisterSupportDecision', lvu))
      .then([{ type: 'SupportDecisionRegistered', data: lvu }]);
  });
  it('cannot be dated tomorrow in Stockholm, and needs an open case', () => {
    given(relocationDecider, [opened])
      .when(command('RegisterSupportDecision', { ...decision, decidedOn: '2026-03-03' }))
      .thenRefused('relocation.decision_in_the_future');
    given(relocationDecider, [])
      .when(command('RegisterSupportDecision', decision))
      .thenRefused('relocation.not_opened');
    given(relocationDecider, [opened, closed('NO_THREAT')])
      .when(command('RegisterSupportDecision', decision))
      .thenRefused('relocation.closed');
  });
});

describe('the request for relocation', () => {
  it('says who asked, so that this person neither assesses nor clears', () => {
    given(relocationDecider, [opened, decided]).when(command('RequestRelocation', request)).then([requested]);
  });
  it('needs a support decision and a waiver', () => {
    given(relocationDecider, [opened])
      .when(command('RequestRelocation', request))
      .thenRefused('relocation.support_decision_missing');
    given(relocationDecider, [opened, decided])
      .when(command('RequestRelocation', { ...request, waiverVersion: undefined }))
      .thenRefused('relocation.waiver_missing');
  });
  it.each([
    [{ adults: 0, children: 0 }, 'relocation.nobody_to_place'],
    [{ adults: -1, children: 2 }, 'relocation.not_a_number_of_persons'],
    [{ adults: 1, children: 0.5 }, 'relocation.not_a_number_of_persons'],
    [{ desiredStart: '2026-03-01' }, 'relocation.start_in_the_past'],
  ] as const)('is refused with %j', (wrong, code) => {
    given(relocationDecider, [opened, decided])
      .when(command('RequestRelocation', { ...request, ...wrong }))
      .thenRefused(code);
  });
  it('is quiet when sent again, and refused when it says something else', () => {
    given(relocationDecider, [opened, decided, requested])
      .when(command('RequestRelocation', request))
      .thenNothing();
    given(relocationDecider, [opened, decided, requested])
      .when(command('RequestRelocation', { ...request, adults: 2 }))
      .thenRefused('relocation.already_requested');
  });
});

describe('supervised closing', () => {
  const history = [opened, decided, requested];
  it('starts after arrival, a contact in person and a valid assessment', () => {
    given(relocationDecider, history).when(command('StartSupervisedClosing', closing)).then([closingStarted]);
  });
  it.each([
    [{ arrived: false }, 'relocation.not_arrived'],
    [{ assessmentValidAt: false }, 'relocation.assessment_not_valid'],
    [{ contactOn: '2026-03-03' }, 'relocation.contact_in_the_future'],
  ] as const)('is refused with %j', (wrong, code) => {
    given(relocationDecider, history)
      .when(command('StartSupervisedClosing', { ...closing, ...wrong }))
      .thenRefused(code);
  });
  it('needs a request, and starts only once', () => {
    given(relocationDecider, [opened])
      .when(command('StartSupervisedClosing', closing))
      .thenRefused('relocation.not_requested');
    given(relocationDecider, [...history, closingStarted])
      .when(command('StartSupervisedClosing', closing))
      .thenNothing();
    given(relocationDecider, [...history, closingStarted])
      .when(command('StartSupervisedClosing', { ...closing, assessmentVersion: 5 }))
      .thenRefused('relocation.closing_already_started');
  });
  it('ends with ESTABLISHED after six months, not a moment before', () => {
    const supervised = [...history, closingStarted];
    // 09:00 in Stockholm in March is 08:00 UTC; in September it is 07:00 UTC.
    const end = '2026-09-02T07:00:00.000Z';
    given(relocationDecider, supervised)
      .when(close({ code: 'ESTABLISHED' }, '2026-09-02T06:59:59.999Z'))
      .thenRefused('relocation.supervision_not_over', { earliest: end });
    given(relocationDecider, supervised)
      .when(close({ code: 'ESTABLISHED' }, end))
      .then([closed('ESTABLISHED')]);
  });
});

describe('a case that is not open', () => {
  it.each([command('RequestRelocation', request), command('StartSupervisedClosing', closing)])(
    'takes no $type',
    (wish) => {
      given(relocationDecider, []).when(wish).thenRefused('relocation.not_opened');
      given(relocationDecider, [opened, closed('WITHDRAWN')])
        .when(wish)
        .thenRefused('relocation.closed');
    },
  );
});

describe('closing a case', () => {
  it('as settled is refused without supervised closing', () => {
    given(relocationDecider, [opened, decided, requested])
      .when(close({ code: 'TRANSFERRED' }))
      .thenRefused('relocation.not_supervised');
  });
  it('waits for the departure of a person who may still be standing there', () => {
    given(relocationDecider, [opened, decided, requested])
      .when(close({ departurePending: true }))
      .thenRefused('relocation.departure_pending');
    given(relocationDecider, [opened, decided, requested, closingStarted])
      .when(close({ code: 'ESTABLISHED', departurePending: true }, '2026-12-01T08:00:00.000Z'))
      .then([closed('ESTABLISHED')]);
  });
  it('with the same code again is quiet, with another one refused', () => {
    given(relocationDecider, [opened, closed('WITHDRAWN')])
      .when(close({}))
      .thenNothing();
    given(relocationDecider, [opened, closed('WITHDRAWN')])
      .when(close({ code: 'RETURNED' }))
      .thenRefused('relocation.already_closed', { code: 'WITHDRAWN' });
    given(relocationDecider, []).when(close({})).thenRefused('relocation.not_opened');
  });
});

describe('any history of a case', () => {
  const commands = fc.oneof(
    fc.constant(command('OpenCase', opening)),
    fc.constant(command('RegisterSupportDecision', decision)),
    fc
      .record({ adults: fc.nat({ max: 1 }), hours: fc.nat({ max: 24 * 400 }) })
      .map(({ adults, hours }) =>
        command('RequestRelocation', { ...request, adults, desiredStart: '2028-01-01' }, addHours(at, hours)),
      ),
    fc
      .record({ arrived: fc.boolean(), hours: fc.nat({ max: 24 * 400 }) })
      .map(({ arrived, hours }) =>
        command('StartSupervisedClosing', { ...closing, arrived }, addHours(at, hours)),
      ),
    fc
      .record({
        code: fc.constantFrom(...closeCodes),
        departurePending: fc.boolean(),
        hours: fc.nat({ max: 24 * 400 }),
      })
      .map(({ hours, ...over }) => close(over, addHours(at, hours))),
  );
  it('has no second fact from a command sent twice, and nothing after its closing', () => {
    let closings = 0;
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 12 }), (sent) => {
        const { events } = playEachTwice(relocationDecider, [command('OpenCase', opening), ...sent]);
        const end = events.findIndex(({ type }) => type === 'CaseClosed');
        if (end >= 0) {
          closings += 1;
          expect(end).toBe(events.length - 1);
        }
        expect(events.filter(({ type }) => type === 'RelocationRequested').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
    expect(closings).toBeGreaterThan(20);
  });
});

describe('the claim on a person', () => {
  const by = { person: 'process:relocation', organisation: 'o-home', agencyKind: 'SOCIAL_BOARD' } as const;
  const claim = (id: string): ClaimCommand => ({
    type: 'ClaimSubject',
    data: { subject, caseId: id },
    at,
    by,
  });
  const release = (id: string): ClaimCommand => ({
    type: 'ReleaseClaim',
    data: { subject, caseId: id },
    at,
    by,
  });
  const claimed = (id: string): ClaimEvent => ({ type: 'SubjectClaimed', data: { subject, caseId: id } });
  const contested = (id: string, heldBy: string): ClaimEvent => ({
    type: 'SubjectClaimContested',
    data: { subject, caseId: id, heldBy },
  });
  const released = (id: string): ClaimEvent => ({ type: 'ClaimReleased', data: { subject, caseId: id } });

  it('goes to the first case; the second waits', () => {
    given(claimDecider, [])
      .when(claim('a'))
      .then([claimed('a')]);
    given(claimDecider, [claimed('a')])
      .when(claim('b'))
      .then([contested('b', 'a')]);
  });
  it('is quiet when it is held or waited for already', () => {
    given(claimDecider, [claimed('a')])
      .when(claim('a'))
      .thenNothing();
    given(claimDecider, [claimed('a'), contested('b', 'a')])
      .when(claim('b'))
      .thenNothing();
  });
  it('goes to the first who waits when it is released', () => {
    given(claimDecider, [claimed('a'), contested('b', 'a'), contested('c', 'a')])
      .when(release('a'))
      .then([released('a'), claimed('b')]);
    given(claimDecider, [claimed('a'), contested('b', 'a'), contested('c', 'a'), released('a'), claimed('b')])
      .when(release('b'))
      .then([released('b'), claimed('c')]);
    given(claimDecider, [claimed('a')])
      .when(release('a'))
      .then([released('a')]);
  });
  it('is not promoted past one who stopped waiting', () => {
    given(claimDecider, [claimed('a'), contested('b', 'a'), contested('c', 'a'), released('b')])
      .when(release('a'))
      .then([released('a'), claimed('c')]);
  });
  it('cannot be taken by a case whose release came first', () => {
    given(claimDecider, [])
      .when(release('a'))
      .then([released('a')]);
    given(claimDecider, [released('a')])
      .when(claim('a'))
      .thenRefused('claim.already_released');
    given(claimDecider, [released('a')])
      .when(release('a'))
      .thenNothing();
  });

  const someCase = fc.constantFrom('a', 'b', 'c', 'd');
  const commands = fc.oneof(someCase.map(claim), someCase.map(release));
  it('is held by at most one case in any order of claims and releases, and by one as long as any waits', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 20 }), (sent) => {
        const { events, state } = playEachTwice(claimDecider, sent);
        const holders = new Set<string>();
        for (const event of events) {
          if (event.type === 'SubjectClaimed') holders.add(event.data.caseId);
          if (event.type === 'ClaimReleased') holders.delete(event.data.caseId);
          expect(holders.size).toBeLessThanOrEqual(1);
        }
        expect([...holders]).toEqual(state.status === 'HELD' ? [state.heldBy] : []);
        const open = new Set(
          events.filter(({ type }) => type !== 'ClaimReleased').map(({ data }) => data.caseId),
        );
        for (const gone of state.gone) open.delete(gone);
        expect(state.status === 'HELD').toBe(open.size > 0);
      }),
      { numRuns: 500 },
    );
  });
  it('gives no second fact when a command is sent again', () => {
    expect(repeatChangesNothing(claimDecider, [claimed('a'), contested('b', 'a')], release('a'))).toBe(true);
  });
});
