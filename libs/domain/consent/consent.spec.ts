import { describe, expect, it } from '@jest/globals';
import { addHours, type Actor, type Instant } from '#kernel';
import { given, repeatChangesNothing } from '../../kernel/testing/index.js';
import { consentDecider, type ConsentCommand, type ConsentEvent, type PreparedAnswer } from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const answerBy = '2026-03-09T23:00:00.000Z';
const person = (
  name: string,
  organisation: string,
  agencyKind: Actor['agencyKind'] = 'SOCIAL_BOARD',
): Actor => ({
  person: name,
  organisation,
  agencyKind,
});
const coordinator = person('p-coordinator', 'coordinator', 'NATIONAL_COORDINATOR');
const preparer = person('p-preparer', 'board');
const decider = person('p-decider', 'board');
const police = person('p-police', 'police', 'POLICE');
const home = person('p-home', 'board-home');

type DataOf<Type extends ConsentCommand['type']> = Extract<ConsentCommand, { type: Type }>['data'];
const ask = <Type extends ConsentCommand['type']>(
  type: Type,
  data: DataOf<Type>,
  by: Actor = coordinator,
  when: Instant = at,
): ConsentCommand => ({ type, data, at: when, by }) as ConsentCommand;

const ids = { caseId: 'case', proposalId: 'p1' };
const checkData = {
  caseId: 'case',
  candidateId: 'c1',
  municipality: 'm',
  board: 'board',
  boardContacts: ['p-preparer', 'p-decider'],
  area: 'area',
  receivingPolice: 'police',
  receivingPoliceContacts: ['p-police'],
  areaRevision: 4,
  registerChanges: 1,
} as const;
const checked: ConsentEvent = {
  type: 'CandidateChecked',
  data: { ...checkData, verdict: 'CLEAR', checkedAt: at },
};
const referred: ConsentEvent = {
  type: 'CandidateChecked',
  data: { ...checkData, verdict: 'REFER_TO_POLICE', checkedAt: at, referralDueAt: addHours(at, 24) },
};
const orderData = {
  ...ids,
  subject: 's',
  candidateId: 'c1',
  referenceCode: 'R-1',
  adults: 1,
  children: 0,
  housingForm: 'PROTECTED',
  competences: [],
  startOn: '2026-04-01',
  answerBy,
  remindAt: '2026-03-06T08:00:00.000Z',
} as const;
const assessment = { version: 2, level: 'HIGH', validUntil: addHours(at, 24 * 7) } as const;
const order = (change: Partial<DataOf<'OrderProposal'>> = {}, when: Instant = at) =>
  ask(
    'OrderProposal',
    {
      ...orderData,
      assessment,
      waiverActive: true,
      registerChanges: 1,
      exposedAreas: [],
      disqualified: [],
      checkMaxAgeHours: 24,
      ...change,
    },
    coordinator,
    when,
  );
const ordered: ConsentEvent = {
  type: 'ProposalOrdered',
  data: {
    ...orderData,
    municipality: 'm',
    board: 'board',
    boardContacts: ['p-preparer', 'p-decider'],
    area: 'area',
    areaRevision: 4,
    receivingPolice: 'police',
    receivingPoliceContacts: ['p-police'],
    level: 'HIGH',
    assessmentVersion: 2,
    round: 1,
  },
};
const proposed: ConsentEvent = { type: 'PlacementProposed', data: { ...ids, board: 'board', answerBy } };
const asked = [checked, ordered, proposed];
const accept: PreparedAnswer = { kind: 'ACCEPT' };
const counter: PreparedAnswer = { kind: 'COUNTER', terms: { kind: 'START_DATE', startOn: '2026-04-15' } };
const prepared = (answer: PreparedAnswer, by = 'p-preparer'): ConsentEvent => ({
  type: 'AnswerPrepared',
  data: { ...ids, answer, preparedBy: by },
});
const decide = (
  answer: PreparedAnswer,
  by = decider,
  when: Instant = at,
  change: Partial<DataOf<'DecideAnswer'>> = {},
) =>
  ask(
    'DecideAnswer',
    {
      ...ids,
      answer,
      ...(answer.kind === 'ACCEPT'
        ? { receivers: ['r1', 'r2'], provider: 'provider', directors: ['d'], housing: 'housing' }
        : {}),
      counterAnswerBy: '2026-03-16T23:00:00.000Z',
      maxCounterRounds: 2,
      ...change,
    },
    by,
    when,
  );
const accepted: ConsentEvent = {
  type: 'PlacementAccepted',
  data: {
    ...ids,
    decidedBy: 'p-decider',
    receivers: ['r1', 'r2'],
    provider: 'provider',
    directors: ['d'],
    housing: 'housing',
  },
};
const countered = (round: number): ConsentEvent => ({
  type: 'CounterProposed',
  data: {
    ...ids,
    terms: counter.kind === 'COUNTER' ? counter.terms : ({} as never),
    round,
    decidedBy: 'p-decider',
    answerBy: '2026-03-16T23:00:00.000Z',
  },
});
const approved: ConsentEvent = {
  type: 'CounterProposalApproved',
  data: {
    ...ids,
    terms: { kind: 'START_DATE', startOn: '2026-04-15' },
    startOn: '2026-04-15',
    answerBy: '2026-03-20T23:00:00.000Z',
    assessmentVersion: 2,
  },
};

describe('a candidate', () => {
  const check = (change: Partial<DataOf<'CheckCandidate'>> = {}) =>
    ask('CheckCandidate', {
      ...checkData,
      verdict: 'CLEAR',
      requested: true,
      noGoPlaces: [],
      exposedAreas: [],
      waiverActive: true,
      ...change,
    });

  it('is recorded with its verdict and the revision of the area, and without the facts it was judged on', () => {
    given(consentDecider, []).when(check()).then([checked]);
    given(consentDecider, [])
      .when(check({ verdict: 'REFER_TO_POLICE', referralDueAt: addHours(at, 24) }))
      .then([referred]);
  });
  it('is not checked twice under one id', () => {
    expect(repeatChangesNothing(consentDecider, [], check())).toBe(true);
  });
  it.each<[Partial<DataOf<'CheckCandidate'>>, `consent.${string}`]>([
    [{ noGoPlaces: ['x', 'm'] }, 'consent.no_go_place'],
    [{ exposedAreas: ['area'] }, 'consent.no_go_place'],
    [{ requested: false }, 'consent.not_requested'],
    [{ waiverActive: false }, 'consent.waiver_lapsed'],
    [{ verdict: 'REFER_TO_POLICE' }, 'consent.referral_without_deadline'],
  ])('%j is refused: %s', (change, code) => {
    given(consentDecider, []).when(check(change)).thenRefused(code);
  });

  it('is one of twenty in a case within 24 hours, whatever became of them; the next is for later', () => {
    const many = (count: number, checkedAt: Instant): ConsentEvent[] =>
      Array.from({ length: count }, (_, index) => ({
        type: 'CandidateChecked',
        data: { ...checkData, candidateId: `${checkedAt} ${index}`, verdict: 'CLEAR', checkedAt },
      }));
    const before = many(15, addHours(at, -24));
    given(consentDecider, [...before, ...many(19, addHours(at, -23))])
      .when(check())
      .then([checked]);
    given(consentDecider, [...before, ...many(20, addHours(at, -23))])
      .when(check())
      .thenRefused('consent.too_many_checks', { max: 20, from: addHours(at, 1) });
    // One after another, and only the last twenty count.
    given(consentDecider, [...many(2, addHours(at, -23)), ...many(19, addHours(at, -20))])
      .when(check())
      .thenRefused('consent.too_many_checks', { max: 20, from: addHours(at, 1) });
    // Said again, the last of them changes nothing.
    given(consentDecider, [...many(19, at), checked])
      .when(check())
      .thenNothing();
  });

  it('that was referred is answered by Police of that region in time, once', () => {
    const answer = (by = police, when: Instant = at, says: 'CLEAR' | 'NOT_AVAILABLE' = 'CLEAR') =>
      ask('AnswerReferral', { caseId: 'case', candidateId: 'c1', answer: says }, by, when);
    const cleared: ConsentEvent = {
      type: 'ReferralAnswered',
      data: { caseId: 'case', candidateId: 'c1', answer: 'CLEAR', answeredAt: at },
    };
    given(consentDecider, [referred]).when(answer()).then([cleared]);
    given(consentDecider, [referred, cleared]).when(answer()).thenNothing();
    given(consentDecider, [referred, cleared])
      .when(answer(police, at, 'NOT_AVAILABLE'))
      .thenRefused('consent.already_answered');
    given(consentDecider, [referred]).when(answer(preparer)).thenRefused('consent.not_asked');
    given(consentDecider, [referred])
      .when(answer(police, addHours(at, 24)))
      .thenRefused('consent.answer_too_late');
    given(consentDecider, []).when(answer()).thenRefused('consent.unknown_candidate');
  });
  it('is dropped by silence when it is due, not before, and not after an answer', () => {
    const expire = (when: Instant) =>
      ask('ExpireReferral', { caseId: 'case', candidateId: 'c1' }, coordinator, when);
    given(consentDecider, [referred])
      .when(expire(addHours(at, 23)))
      .thenRefused('consent.not_due');
    given(consentDecider, [referred])
      .when(expire(addHours(at, 24)))
      .then([{ type: 'ReferralExpired', data: { caseId: 'case', candidateId: 'c1' } }]);
    given(consentDecider, [checked])
      .when(expire(addHours(at, 24)))
      .thenNothing();
  });
});

describe('a proposal', () => {
  it('takes place and revision from the candidate, level and version from the assessment', () => {
    given(consentDecider, [checked]).when(order()).then([ordered]);
  });
  it('is made for a referred candidate only when Police have answered CLEAR, whose age counts from the answer', () => {
    const cleared: ConsentEvent = {
      type: 'ReferralAnswered',
      data: { caseId: 'case', candidateId: 'c1', answer: 'CLEAR', answeredAt: addHours(at, 23) },
    };
    given(consentDecider, [referred]).when(order()).thenRefused('consent.candidate_not_available');
    given(consentDecider, [referred, cleared])
      .when(order({}, addHours(at, 30)))
      .then([ordered]);
    given(consentDecider, [referred, cleared])
      .when(order({ registerChanges: 2 }, addHours(at, 30)))
      .thenRefused('consent.check_again');
  });
  it.each<[string, Partial<DataOf<'OrderProposal'>>, Instant, `consent.${string}`]>([
    ['no assessment', { assessment: undefined }, at, 'consent.stale_assessment'],
    [
      'an assessment that ends this instant',
      { assessment: { ...assessment, validUntil: at } },
      at,
      'consent.stale_assessment',
    ],
    ['a withdrawn waiver', { waiverActive: false }, at, 'consent.waiver_lapsed'],
    ['a change of Police’s register since the check', { registerChanges: 2 }, at, 'consent.check_again'],
    ['a place in that area that became known', { exposedAreas: ['area'] }, at, 'consent.no_go_place'],
    ['a check of 24 hours', {}, addHours(at, 24), 'consent.check_too_old'],
    ['a time for the answer that has passed', { answerBy: at }, at, 'consent.answer_time_invalid'],
    ['nobody to place', { adults: 0, children: 0 }, at, 'consent.places_invalid'],
    ['an unknown candidate', { candidateId: 'c9' }, at, 'consent.unknown_candidate'],
  ])('is refused with %s', (_why, change, when, code) => {
    given(consentDecider, [checked]).when(order(change, when)).thenRefused(code);
  });
  it('is one at a time, and a candidate carries one', () => {
    given(consentDecider, [checked, ordered])
      .when(order({ proposalId: 'p2' }))
      .thenRefused('consent.proposal_open');
    given(consentDecider, [...asked, { type: 'ProposalExpired', data: ids }])
      .when(order({ proposalId: 'p2' }))
      .thenRefused('consent.candidate_not_available');
    given(consentDecider, [checked, ordered]).when(order()).thenNothing();
  });
  it('gives the candidate back when it is abandoned, unless the check must run again', () => {
    const abandoned = (reason: 'NOT_AVAILABLE' | 'CHECK_AGAIN'): ConsentEvent => ({
      type: 'ProposalAbandoned',
      data: { ...ids, reason },
    });
    given(consentDecider, [checked, ordered, abandoned('NOT_AVAILABLE')])
      .when(order({ proposalId: 'p2' }))
      .then([
        {
          type: 'ProposalOrdered',
          data: { ...(ordered.data as object), proposalId: 'p2', round: 2 },
        } as ConsentEvent,
      ]);
    given(consentDecider, [checked, ordered, abandoned('CHECK_AGAIN')])
      .when(order({ proposalId: 'p2' }))
      .thenRefused('consent.candidate_not_available');
  });
  it('is withdrawn, not abandoned, once the board has been asked', () => {
    const abandon = ask('AbandonProposal', { ...ids, reason: 'NOT_AVAILABLE' });
    given(consentDecider, asked).when(abandon).thenRefused('consent.already_asked');
    given(consentDecider, [checked, ordered])
      .when(abandon)
      .then([{ type: 'ProposalAbandoned', data: { ...ids, reason: 'NOT_AVAILABLE' } }]);
  });
  it.each([
    ['ordered', [checked, ordered]],
    ['asked', asked],
    ['countered', [...asked, countered(1)]],
    ['accepted', [...asked, accepted]],
  ] as const)('can be withdrawn when %s, once', (_stage, events) => {
    const withdraw = ask('WithdrawProposal', { ...ids, reason: 'LEVEL_CHANGED' });
    given(consentDecider, events)
      .when(withdraw)
      .then([{ type: 'ProposalWithdrawn', data: { ...ids, reason: 'LEVEL_CHANGED' } }]);
    expect(repeatChangesNothing(consentDecider, events, withdraw)).toBe(true);
  });
  it('is confirmed once, reminded once, and not after its time', () => {
    expect(repeatChangesNothing(consentDecider, [checked, ordered], ask('ConfirmProposal', ids))).toBe(true);
    given(consentDecider, [checked, ordered])
      .when(ask('ConfirmProposal', ids, coordinator, answerBy))
      .thenRefused('consent.answer_time_invalid');
    expect(repeatChangesNothing(consentDecider, asked, ask('RemindProposal', ids))).toBe(true);
    given(consentDecider, asked)
      .when(ask('RemindProposal', ids, coordinator, answerBy))
      .thenNothing();
    given(consentDecider, []).when(ask('RemindProposal', ids)).thenRefused('consent.unknown_proposal');
  });
  it('expires by silence when it is due, not before, and not after an answer', () => {
    const expire = (when: Instant) => ask('ExpireProposal', ids, coordinator, when);
    given(consentDecider, asked).when(expire(at)).thenRefused('consent.not_due');
    given(consentDecider, asked)
      .when(expire(answerBy))
      .then([{ type: 'ProposalExpired', data: ids }]);
    given(consentDecider, [...asked, accepted])
      .when(expire(answerBy))
      .thenNothing();
  });
});

describe('an answer', () => {
  it('is prepared by one officer of the board and decided by another', () => {
    given(consentDecider, asked)
      .when(ask('PrepareAnswer', { ...ids, answer: accept }, preparer))
      .then([prepared(accept)]);
    given(consentDecider, [...asked, prepared(accept)])
      .when(decide(accept))
      .then([accepted]);
    given(consentDecider, [...asked, prepared(accept)])
      .when(decide(accept, preparer))
      .thenRefused('consent.four_eyes');
    given(consentDecider, asked).when(decide(accept)).thenRefused('consent.not_prepared');
    given(consentDecider, [...asked, prepared(accept)])
      .when(decide({ kind: 'DECLINE', reason: 'CAPACITY' }))
      .thenRefused('consent.answer_differs');
  });
  it('belongs to the board that was asked', () => {
    given(consentDecider, asked)
      .when(ask('PrepareAnswer', { ...ids, answer: accept }, home))
      .thenRefused('consent.not_asked');
    given(consentDecider, [checked, ordered])
      .when(ask('PrepareAnswer', { ...ids, answer: accept }, preparer))
      .thenRefused('consent.not_asked');
  });
  it('is refused by time, whether or not the clock has fired', () => {
    given(consentDecider, [...asked, prepared(accept)])
      .when(decide(accept, decider, answerBy))
      .thenRefused('consent.answer_too_late');
    given(consentDecider, [...asked, prepared(accept)])
      .when(decide(accept, decider, '2026-03-09T22:59:59.999Z'))
      .then([accepted]);
    given(consentDecider, [...asked, { type: 'ProposalExpired', data: ids }])
      .when(decide(accept))
      .thenRefused('consent.proposal_closed');
  });
  it.each<[Partial<DataOf<'DecideAnswer'>>, `consent.${string}`]>([
    [{ receivers: [] }, 'consent.receivers_invalid'],
    [{ receivers: ['r', 'r'] }, 'consent.receivers_invalid'],
    [{ receivers: ['a', 'b', 'c'] }, 'consent.receivers_invalid'],
    [{ provider: undefined }, 'consent.acceptance_incomplete'],
    [{ directors: [] }, 'consent.acceptance_incomplete'],
    [{ housing: undefined }, 'consent.acceptance_incomplete'],
  ])('yes with %j is refused: %s', (change, code) => {
    given(consentDecider, [...asked, prepared(accept)])
      .when(decide(accept, decider, at, change))
      .thenRefused(code);
  });
  it('no is recorded with its reason', () => {
    const no: PreparedAnswer = { kind: 'DECLINE', reason: 'LOCAL_RISK' };
    given(consentDecider, [...asked, prepared(no)])
      .when(decide(no))
      .then([{ type: 'PlacementDeclined', data: { ...ids, reason: 'LOCAL_RISK', decidedBy: 'p-decider' } }]);
  });
  it('given twice by the same person is one answer, and by another is too many', () => {
    given(consentDecider, [...asked, prepared(accept), accepted])
      .when(decide(accept))
      .thenNothing();
    given(consentDecider, [...asked, prepared(accept), accepted])
      .when(decide(accept, person('p-other', 'board')))
      .thenRefused('consent.already_answered');
  });
});

describe('a counter-proposal', () => {
  const approve = (facts: DataOf<'ApproveCounterProposal'>['assessment'] = assessment, when: Instant = at) =>
    ask(
      'ApproveCounterProposal',
      { ...ids, answerBy: '2026-03-20T23:00:00.000Z', assessment: facts },
      home,
      when,
    );

  it('is made at most as often as the rules allow', () => {
    given(consentDecider, [...asked, prepared(counter)])
      .when(decide(counter))
      .then([countered(1)]);
    given(consentDecider, [...asked, countered(1), approved, countered(2), approved, prepared(counter)])
      .when(decide(counter))
      .thenRefused('consent.too_many_counter_proposals', { max: 2 });
  });
  it('cannot start in the past', () => {
    given(consentDecider, asked)
      .when(
        ask(
          'PrepareAnswer',
          { ...ids, answer: { kind: 'COUNTER', terms: { kind: 'START_DATE', startOn: '2026-03-01' } } },
          preparer,
        ),
      )
      .thenRefused('consent.start_in_the_past');
  });
  it('is approved by the home board on a valid assessment of no higher level; then the receiving board decides anew', () => {
    given(consentDecider, [...asked, countered(1)])
      .when(approve())
      .then([approved]);
    given(consentDecider, [...asked, countered(1)])
      .when(approve({ ...assessment, validUntil: at }))
      .thenRefused('consent.stale_assessment');
    given(consentDecider, [...asked, countered(1)])
      .when(approve({ ...assessment, level: 'EXTREME' }))
      .thenRefused('consent.level_changed');
    given(consentDecider, asked).when(approve()).thenRefused('consent.no_counter_proposal');
    given(consentDecider, [...asked, countered(1), approved])
      .when(decide(accept))
      .thenRefused('consent.not_prepared');
  });
  it('waits until its own time, and no answer is silence', () => {
    const late = '2026-03-16T23:00:00.000Z';
    given(consentDecider, [...asked, countered(1)])
      .when(approve({ ...assessment, validUntil: '2026-04-01T00:00:00.000Z' }, late))
      .thenRefused('consent.answer_too_late');
    given(consentDecider, [...asked, countered(1)])
      .when(ask('ExpireProposal', ids, coordinator, late))
      .then([{ type: 'ProposalExpired', data: ids }]);
  });
  it('is rejected once', () => {
    const reject = ask('RejectCounterProposal', ids, home);
    given(consentDecider, [...asked, countered(1)])
      .when(reject)
      .then([{ type: 'CounterProposalRejected', data: ids }]);
    given(consentDecider, [...asked, countered(1), { type: 'CounterProposalRejected', data: ids }])
      .when(reject)
      .thenRefused('consent.proposal_closed');
  });
});

describe('a task for the desk', () => {
  it('is recorded as often as it is asked for', () => {
    const data = { caseId: 'case', step: 'EndDisclosure', code: 'x.y' };
    given(consentDecider, [{ type: 'AttentionRequested', data }])
      .when(ask('RequestAttention', data))
      .then([{ type: 'AttentionRequested', data }]);
  });

  const requested: ConsentEvent = {
    type: 'AttentionRequested',
    data: { caseId: 'case', step: 'EndDisclosure', code: 'x.y' },
  };
  const settled: ConsentEvent = {
    type: 'AttentionSettled',
    data: { caseId: 'case', step: 'EndDisclosure' },
  };
  const settle = ask('SettleAttention', settled.data);

  it('is settled by the coordinator, once for each time that it came', () => {
    given(consentDecider, [requested, requested]).when(settle).then([settled]);
    expect(repeatChangesNothing(consentDecider, [requested], settle)).toBe(true);
    given(consentDecider, [requested, settled, requested]).when(settle).then([settled]);
  });
  it('stays open while a proposal goes its way', () => {
    given(consentDecider, [requested, ...asked])
      .when(settle)
      .then([settled]);
    given(consentDecider, [...asked, requested, { type: 'ProposalExpired', data: ids }])
      .when(settle)
      .then([settled]);
  });
  it('is not settled by anybody else, nor when nobody asked for it', () => {
    given(consentDecider, [requested])
      .when(ask('SettleAttention', settled.data, home))
      .thenRefused('consent.not_coordinator');
    for (const step of ['ReleaseArea', 'constructor', '__proto__'])
      given(consentDecider, [requested])
        .when(ask('SettleAttention', { caseId: 'case', step }))
        .thenRefused('consent.nothing_to_settle');
  });
});
