import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { confidential, dataClasses, fold } from '#kernel';
import { given, playEachTwice, repeatChangesNothing } from '#kernel/testing';
import {
  authorities,
  guardedClasses,
  inquiryDecider,
  type InquiryCommand,
  type InquiryEvent,
  legalBasisCodes,
  refusalReasons,
  releaseReasons,
  requestPurposes,
  type Scales,
  weigh,
  providerInstructionOn,
} from './index.js';

type Data<Type extends InquiryEvent['type']> = Extract<InquiryEvent, { type: Type }>['data'];
type Received = Data<'InformationRequestReceived'>;

const at = '2026-03-02T08:00:00.000Z';
const decideBy = '2026-04-01T08:00:00.000Z';
const inquiryId = 'inquiry-1';
const note = confidential('social', 'a note');
const as = (person: string) => ({ person, organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' }) as const;

const common = {
  inquiryId,
  subject: 'subject-1',
  holder: 'o-board',
  holderKind: 'SOCIAL_BOARD',
  decidesAt: 'o-board',
  receivedBy: 'p-first',
  reviewers: ['p-second', 'p-third'],
  requester: 'POLICE',
  person: confidential('identity', { personalIdentityNumber: 'invented' }),
  request: confidential('social', { reference: 'invented', text: 'invented' }),
} as const;
const request: Received = {
  ...common,
  basis: 'OSL_10_15_A',
  purpose: 'CRIME_PREVENTION',
  asked: ['identity', 'address', 'social'],
  grounds: {},
  decideBy,
};
const stay: Data<'StayInquiryReceived'> = { ...common, checked: 'CALLED_BACK' };

const receive = (over: Partial<Received> = {}): InquiryCommand => ({
  type: 'ReceiveInformationRequest',
  data: { ...request, ...over },
  at,
  by: as('p-first'),
});
const received = (over: Partial<Received> = {}): InquiryEvent => ({
  type: 'InformationRequestReceived',
  data: { ...request, ...over },
});
const weighIt = (
  { released = [], reasons = ['LIFE_AND_HEALTH'] }: Partial<Pick<Scales, 'released' | 'reasons'>> = {},
  by = 'p-first',
  when = at,
): InquiryCommand => ({
  type: 'WeighInformationRequest',
  data: { inquiryId, released, reasons, note },
  at: when,
  by: as(by),
});
const weighed = (
  { released = [], reasons = ['LIFE_AND_HEALTH'] }: Partial<Pick<Scales, 'released' | 'reasons'>> = {},
  weighedBy = 'p-first',
): InquiryEvent => ({
  type: 'InformationRequestWeighed',
  data: {
    inquiryId,
    caseId: undefined,
    outcome: released.length > 0 ? 'DISCLOSE' : 'REFUSE',
    released,
    reasons,
    weighedBy,
    note,
  },
});
const letterTo = {
  recipient: confidential('social', 'somebody at the authority'),
  recipientOrganisation: 'o-requester',
  recipientPerson: 'p-requester',
};
const decide = (by = 'p-second', agrees = true, when = at): InquiryCommand => ({
  type: 'DecideInformationRequest',
  data: { inquiryId, agrees, letterTo },
  at: when,
  by: as(by),
});
const told = { released: ['social'], reasons: ['SERIOUS_CRIME'] } as const;
const receiveStay = (over: Partial<typeof stay> = {}): InquiryCommand => ({
  type: 'ReceiveStayInquiry',
  data: { ...stay, ...over },
  at,
  by: as('p-first'),
});
const stayReceived = (over: Partial<typeof stay> = {}): InquiryEvent => ({
  type: 'StayInquiryReceived',
  data: { ...stay, ...over },
});
const yes = confidential('social', { stays: true });
const answer = (
  by = 'p-second',
  when = at,
  said: { answer?: typeof yes } = { answer: yes },
): InquiryCommand => ({
  type: 'AnswerStayInquiry',
  data: { inquiryId, checked: 'KNOWN_CHANNEL', ...said, letterTo },
  at: when,
  by: as(by),
});

describe('the instruction that a provider gets with a booking (lag 2025:170, 4 §)', () => {
  it('is the one of the day, in both languages: neither confirm nor deny, register, and 112 for a life', () => {
    for (const day of ['2020-01-01', '2025-04-01', '2026-11-26']) {
      const { sv, en, from } = providerInstructionOn(day);
      expect(from).toBe('2025-04-01');
      expect(sv).toContain('Bekräfta inte och förneka inte');
      expect(en).toContain('Neither confirm nor deny');
      for (const text of [sv, en]) {
        expect(text.split('\n')).toHaveLength(5);
        expect(text).toContain('112');
      }
    }
  });
});

describe('the one weighing of requests from outside', () => {
  const scales: Scales = {
    basis: 'OSL_10_15_A',
    holder: 'SOCIAL_BOARD',
    requester: 'POLICE',
    purpose: 'CRIME_PREVENTION',
    asked: dataClasses,
    released: [],
    reasons: ['HARM_TO_PERSON'],
    grounds: {},
  };
  const result = (over: Partial<Scales>, on = '2026-03-02'): string => {
    const found = weigh({ ...scales, ...over }, on);
    return found.outcome === 'NOT_POSSIBLE' ? `${found.refusal} ${found.rule}` : found.outcome;
  };
  it('refuses by default: nothing released needs a reason and no law', () => {
    for (const basis of [...legalBasisCodes, 'OSL_99_9']) expect(result({ basis })).toBe('REFUSE');
    for (const reason of refusalReasons) expect(result({ reasons: [reason] })).toBe('REFUSE');
    expect(result({ reasons: [] })).toBe('NO_REASON OSL_10_15_A');
    expect(result({ reasons: ['LIFE_AT_RISK'] })).toBe('NO_REASON OSL_10_15_A');
  });
  it.each(guardedClasses)(
    'OSL 10:15 a: refusal is the default for %s, without a reason that outweighs',
    (one) => {
      expect(result({ released: [one], reasons: ['NO_HARM'] })).toBe(`GUARDED_CLASS ${one}`);
      expect(result({ released: [one], reasons: ['SERIOUS_CRIME'] })).toBe('DISCLOSE');
    },
  );
  it('OSL 10:15 a: that no exceptional reason opposes outweighs nothing there; under lag 2025:170 2 § it does', () => {
    const address = { released: ['address'], reasons: ['NO_EXCEPTIONAL_REASON'] } as const;
    expect(result(address)).toBe('GUARDED_CLASS address');
    expect(result({ ...address, basis: 'LAG_2025_170_2' })).toBe('DISCLOSE');
  });
  it('OSL 10:15 a: what says neither who nor where may be told when it does no harm', () => {
    expect(result({ released: ['social'], reasons: ['NO_HARM'] })).toBe('DISCLOSE');
    expect(result({ released: ['social'], reasons: ['HARM_TO_PERSON'] })).toBe('NO_REASON OSL_10_15_A');
  });
  it('tells who or where, and never both', () => {
    for (const place of ['address', 'destination'] as const)
      expect(result({ released: ['identity', place], reasons: ['LIFE_AT_RISK'] })).toBe(
        `WHO_AND_WHERE_TOGETHER ${place}`,
      );
  });
  it('OSL 18:1: what Police know of the threat in detail never leaves, on whatever law', () => {
    for (const basis of legalBasisCodes)
      expect(
        result({ basis, holder: 'POLICE', released: ['threat-detail'], reasons: ['LIFE_AT_RISK'] }),
      ).toBe('NEVER_LEAVES threat-detail');
  });
  it('tells no more than was asked for', () => {
    expect(result({ asked: ['social'], released: ['needs'], reasons: ['NO_HARM'] })).toBe(
      'MORE_THAN_ASKED needs',
    );
  });
  it('asks the catalogue: OSL 10:27 does not lift OSL 26:1, whatever outweighs what', () => {
    expect(result({ basis: 'OSL_10_27', released: ['social'], reasons: ['LIFE_AT_RISK'] })).toBe(
      'PROVISION_NOT_LIFTED OSL_26_1',
    );
  });
  it('OSL 10:27 is rejected for what comes from social services or health care, whoever holds it now', () => {
    for (const holder of ['SOCIAL_BOARD', 'POLICE', 'NATIONAL_COORDINATOR', 'TAX_AGENCY'] as const)
      for (const [one, rule] of [
        ['identity', 'OSL_26_1'],
        ['family', 'OSL_26_1'],
        ['destination', 'OSL_26_1'],
        ['address', 'OSL_26_1'],
        ['needs', 'OSL_26_1'],
        ['social', 'OSL_26_1'],
        ['cost', 'OSL_26_1'],
        ['health', holder === 'SOCIAL_BOARD' ? 'OSL_26_1' : 'OSL_25_1'],
      ] as const)
        expect(
          result({
            basis: 'OSL_10_27',
            holder,
            requester: 'FORSAKRINGSKASSAN',
            purpose: 'WRONG_PAYMENTS',
            released: [one],
            reasons: ['SERIOUS_CRIME'],
          }),
        ).toBe(`PROVISION_NOT_LIFTED ${rule}`);
    // Of what Police wrote themselves it may tell, where an interest obviously comes first.
    const advice = { basis: 'OSL_10_27', holder: 'POLICE', released: ['threat-advice'] } as const;
    expect(result({ ...advice, reasons: ['LIFE_AT_RISK'] })).toBe('DISCLOSE');
    expect(result({ ...advice, reasons: ['NO_HARM', 'NO_EXCEPTIONAL_REASON'] })).toBe('NO_REASON OSL_10_27');
  });
  it('lag 2025:170 8 § and LUS 2016:774: nor does Police tell on them what comes from social services', () => {
    const police = { holder: 'POLICE', reasons: ['SERIOUS_CRIME'] } as const;
    for (const released of [['identity'], ['family'], ['destination'], ['social']] as const) {
      const asked = { ...police, released };
      expect(result({ ...asked, basis: 'LAG_2025_170_5', requester: 'TULLVERKET' })).toBe(
        'PROVISION_NOT_LIFTED OSL_26_1',
      );
      expect(
        result({
          ...asked,
          basis: 'LUS_2016_774',
          requester: 'KRONOFOGDEN',
          purpose: 'ORGANISED_CRIME',
          grounds: { decidedCooperation: true },
        }),
      ).toBe('PROVISION_NOT_LIFTED OSL_26_1');
    }
  });
  it('OSL 10:15 a and lag 2025:170 2 § are of authorities: a private provider is asked by 4 § alone', () => {
    const address = { released: ['address'], reasons: ['SERIOUS_CRIME'] } as const;
    for (const basis of [
      'OSL_10_15_A',
      'LAG_2025_170_2',
      'LAG_2025_170_5',
      'OSL_10_27',
      'OSL_10_24',
    ] as const)
      expect(
        result({
          ...address,
          basis,
          holder: 'HOUSING_PROVIDER',
          purpose: basis === 'OSL_10_24' ? 'CRIME_INVESTIGATION' : 'CRIME_PREVENTION',
        }),
      ).toBe(`HOLDER_NOT_COVERED ${basis}`);
    expect(result({ ...address, basis: 'LAG_2025_170_4', holder: 'HOUSING_PROVIDER' })).toBe('DISCLOSE');
    expect(result({ ...address, basis: 'LAG_2025_170_2', holder: 'POLICE' })).toBe('DISCLOSE');
  });
  it('lag 2025:170 2 §: the address, and nothing beside it', () => {
    const contact = { basis: 'LAG_2025_170_2', reasons: ['NO_EXCEPTIONAL_REASON'] } as const;
    expect(result({ ...contact, released: ['address'] })).toBe('DISCLOSE');
    expect(result({ ...contact, released: ['address', 'social'] })).toBe('MATTER_NOT_COVERED LAG_2025_170_2');
    expect(result({ ...contact, released: ['address'] }, '2025-03-31')).toBe('NOT_IN_FORCE LAG_2025_170_2');
  });
  it('lag 2025:170 4 §: a provider that holds the address is under the same weighing', () => {
    const provider = { holder: 'HOUSING_PROVIDER', basis: 'LAG_2025_170_4', released: ['address'] } as const;
    expect(result({ ...provider, reasons: ['NO_HARM'] })).toBe('GUARDED_CLASS address');
    expect(result({ ...provider, reasons: ['NO_EXCEPTIONAL_REASON'] })).toBe('DISCLOSE');
  });
  it('lag 2024:307 never reaches the case store', () => {
    expect(
      result({
        basis: 'LAG_2024_307_2',
        requester: 'FORSAKRINGSKASSAN',
        purpose: 'WRONG_PAYMENTS',
        released: ['social'],
        reasons: ['NO_HARM'],
      }),
    ).toBe('CASE_STORE_CLOSED LAG_2024_307_2');
  });
  it('says to what it came on what: the wording, what it lifted, what protects it there', () => {
    expect(
      weigh({ ...scales, released: ['address'], reasons: ['LIFE_AT_RISK'] }, '2026-03-02'),
    ).toMatchObject({
      outcome: 'DISCLOSE',
      protectedBy: ['OSL_26_1', 'OSL_21_3'],
      secrecyAtHolder: 'OSL_35_1',
      wording: { from: '2025-12-01' },
    });
  });
  it('never tells a guarded class for a reason that does not outweigh, whatever is asked on whatever law', () => {
    let disclosed = 0;
    fc.assert(
      fc.property(
        fc.record({
          basis: fc.constantFrom(...legalBasisCodes),
          holder: fc.constantFrom('SOCIAL_BOARD' as const, 'POLICE' as const, 'HOUSING_PROVIDER' as const),
          requester: fc.constantFrom(...authorities),
          purpose: fc.constantFrom(...requestPurposes),
          asked: fc.constant(dataClasses),
          released: fc.uniqueArray(fc.constantFrom(...dataClasses), { maxLength: 2 }),
          reasons: fc.uniqueArray(fc.constantFrom(...releaseReasons, ...refusalReasons), { maxLength: 2 }),
          grounds: fc.constantFrom({}, { under21: true, concreteCircumstances: true }),
        }),
        (given) => {
          const { outcome } = weigh(given, '2026-03-02');
          if (outcome !== 'DISCLOSE') return;
          disclosed += 1;
          const strong = given.reasons.filter((one) =>
            ['LIFE_AT_RISK', 'CHILD_AT_RISK', 'SERIOUS_CRIME', 'NO_EXCEPTIONAL_REASON'].includes(one),
          );
          if (given.released.some((one) => guardedClasses.includes(one)))
            expect(strong.length).toBeGreaterThan(0);
          expect(given.released).not.toContain('threat-detail');
        },
      ),
      { numRuns: 20_000 },
    );
    // About thirty, as chance brings.
    expect(disclosed).toBeGreaterThan(0);
  });
});

describe('a request for information', () => {
  it('is registered, whatever it says that it stands on', () => {
    for (const basis of ['OSL_10_15_A', 'OSL_10_27', 'LUS_2016_774'])
      given(inquiryDecider, [])
        .when(receive({ basis }))
        .then([received({ basis })]);
    given(inquiryDecider, [received()]).when(receive()).thenRefused('inquiry.already_received');
    given(inquiryDecider, [])
      .when(receive({ asked: [] }))
      .thenRefused('inquiry.nothing_asked');
  });
  it('needs another person, by name', () => {
    given(inquiryDecider, [])
      .when(receive({ reviewers: ['p-second', 'p-first'] }))
      .thenRefused('inquiry.reviewer_is_receiver');
    given(inquiryDecider, [])
      .when(receive({ reviewers: [] }))
      .thenRefused('inquiry.too_few_reviewers');
    given(inquiryDecider, [])
      .when(receive({ reviewers: ['p-second', 'p-second'] }))
      .thenRefused('inquiry.reviewer_named_twice');
  });
  it('that came in at a provider is weighed and decided by two of the board', () => {
    const provider = { holder: 'o-provider', holderKind: 'HOUSING_PROVIDER' } as const;
    given(inquiryDecider, [])
      .when(receive({ ...provider, reviewers: ['p-second'] }))
      .thenRefused('inquiry.too_few_reviewers');
    given(inquiryDecider, [received(provider)])
      .when(weighIt())
      .thenRefused('inquiry.not_a_reviewer');
    given(inquiryDecider, [received(provider)])
      .when(weighIt({}, 'p-second'))
      .then([weighed({}, 'p-second')]);
  });
  it('is weighed by one and decided by another: four eyes', () => {
    given(inquiryDecider, [received()]).when(weighIt()).then([weighed()]);
    given(inquiryDecider, [received(), weighed()]).when(decide('p-first')).thenRefused('inquiry.four_eyes');
    given(inquiryDecider, [received(), weighed({}, 'p-second')])
      .when(decide('p-second'))
      .thenRefused('inquiry.four_eyes');
    given(inquiryDecider, [received(), weighed()])
      .when(decide('p-fourth'))
      .thenRefused('inquiry.not_a_reviewer');
    given(inquiryDecider, [received()]).when(decide()).thenRefused('inquiry.not_weighed');
    given(inquiryDecider, [received(), weighed()]).when(weighIt()).thenRefused('inquiry.already_weighed');
  });
  it('refused: nothing is said but that it was refused', () => {
    given(inquiryDecider, [received(), weighed()])
      .when(decide())
      .then([
        {
          type: 'InformationRequestDecided',
          data: {
            inquiryId,
            caseId: undefined,
            outcome: 'REFUSE',
            released: [],
            reasons: ['LIFE_AND_HEALTH'],
            requester: 'POLICE',
            purpose: 'CRIME_PREVENTION',
            legalBasis: 'OSL_10_15_A',
            protectedBy: [],
            weighedBy: 'p-first',
            decidedBy: 'p-second',
            decidedAt: at,
          },
        },
      ]);
  });
  it('granted: recipient, classes, purpose, basis, its wording, what it lifted, what protects it there', () => {
    const state = fold(inquiryDecider, [received(), weighed(told)]);
    expect(inquiryDecider.decide(decide(), state)).toMatchObject([
      {
        type: 'InformationRequestDecided',
        data: {
          outcome: 'DISCLOSE',
          released: ['social'],
          requester: 'POLICE',
          purpose: 'CRIME_PREVENTION',
          legalBasis: 'OSL_10_15_A',
          wording: '2025-12-01',
          protectedBy: ['OSL_26_1'],
          secrecyAtHolder: 'OSL_35_1',
          weighedBy: 'p-first',
          decidedBy: 'p-second',
          ...letterTo,
        },
      },
    ]);
  });
  it('what is told goes to somebody, by name; a refusal names nobody', () => {
    const toNobody = { ...decide(), data: { inquiryId, agrees: true } } as InquiryCommand;
    given(inquiryDecider, [received(), weighed(told)])
      .when(toNobody)
      .thenRefused('inquiry.no_recipient');
    expect(inquiryDecider.decide(toNobody, fold(inquiryDecider, [received(), weighed()]))).toHaveLength(1);
    const [refused] = inquiryDecider.decide(decide(), fold(inquiryDecider, [received(), weighed()]));
    expect(refused!.data).not.toHaveProperty('recipient');
  });
  it('goes back to be weighed again when the second does not agree, and then by whom of them it may be', () => {
    given(inquiryDecider, [received(), weighed(told)])
      .when(decide('p-second', false))
      .then([
        {
          type: 'InformationRequestSentBack',
          data: { inquiryId, caseId: undefined, sentBackBy: 'p-second' },
        },
      ]);
    const back: InquiryEvent = {
      type: 'InformationRequestSentBack',
      data: { inquiryId, sentBackBy: 'p-second' },
    };
    given(inquiryDecider, [received(), weighed(told), back])
      .when(decide())
      .thenRefused('inquiry.not_weighed');
    given(inquiryDecider, [received(), weighed(told), back])
      .when(weighIt({}, 'p-second'))
      .then([weighed({}, 'p-second')]);
  });
  it('is weighed by what holds on the day of the decision', () => {
    given(inquiryDecider, [received({ basis: 'OSL_10_27' })])
      .when(weighIt(told))
      .thenRefused('inquiry.not_permitted', { refusal: 'PROVISION_NOT_LIFTED', rule: 'OSL_26_1' });
    // In force when it was weighed; asked once more when it is decided.
    given(inquiryDecider, [received(), weighed(told)])
      .when(decide('p-second', true, '2025-11-30T12:00:00.000Z'))
      .thenRefused('inquiry.not_permitted', { refusal: 'NOT_IN_FORCE', rule: 'OSL_10_15_A' });
  });
  it('OSL 10:18 a, 26:9: by the age on the day, which the handler knows where the age of the last day is not enough', () => {
    const young = received({
      basis: 'OSL_10_18_A',
      grounds: { under18: false, under21: false, concreteCircumstances: true },
    });
    const aged = (command: InquiryCommand, under21: boolean): InquiryCommand =>
      ({ ...command, data: { ...command.data, age: { under18: false, under21 } } }) as InquiryCommand;
    const missing = { refusal: 'CONDITION_MISSING', rule: 'UNDER_21' };
    for (const command of [weighIt(told), aged(weighIt(told), false)])
      given(inquiryDecider, [young]).when(command).thenRefused('inquiry.not_permitted', missing);
    given(inquiryDecider, [young])
      .when(aged(weighIt(told), true))
      .then([weighed(told)]);
    // The second looks on his or her own day.
    for (const command of [decide(), aged(decide(), false)])
      given(inquiryDecider, [young, weighed(told)])
        .when(command)
        .thenRefused('inquiry.not_permitted', missing);
    const basisOf = (command: InquiryCommand, first: InquiryEvent): unknown =>
      inquiryDecider.decide(command, fold(inquiryDecider, [first, weighed(told)]))[0]?.data;
    expect(basisOf(aged(decide(), true), young)).toMatchObject({
      outcome: 'DISCLOSE',
      ageBasis: 'FROM_NUMBER',
    });
    // Where care is enough alone, and where no age is asked for, nothing rests on one.
    const care = { basis: 'OSL_26_9', requester: 'HEALTH_CARE', purpose: 'CARE' } as const;
    expect(basisOf(decide(), received({ ...care, grounds: { under18: true } }))).toHaveProperty('ageBasis');
    for (const first of [
      received({ ...care, grounds: { under18: true, psychiatricCare: true } }),
      received(),
    ])
      expect(basisOf(decide(), first)).not.toHaveProperty('ageBasis');
  });
  it('can only be refused when its time is out: an age that was right may no longer be', () => {
    given(inquiryDecider, [received(), weighed(told)])
      .when(decide('p-second', true, decideBy))
      .thenRefused('inquiry.too_late_to_disclose');
    given(inquiryDecider, [received()])
      .when(weighIt(told, 'p-first', decideBy))
      .thenRefused('inquiry.too_late_to_disclose');
    const state = fold(inquiryDecider, [received(), weighed()]);
    expect(inquiryDecider.decide(decide('p-second', true, decideBy), state)).toHaveLength(1);
  });
  it('is decided the same whether or not a case is named', () => {
    const caseId = 'case-1';
    const decided = (over: { caseId?: string }) => {
      const state = fold(inquiryDecider, [received(over), weighed(told)]);
      const command = decide();
      const [event] = inquiryDecider.decide(
        { ...command, data: { ...command.data, ...over } } as never,
        state,
      );
      return { ...event!.data, caseId: undefined };
    };
    expect(decided({ caseId })).toEqual(decided({}));
  });
});

describe('the case’s own police coordinator', () => {
  const seen = (caseId: string): InquiryCommand => ({
    type: 'AcknowledgeInquiry',
    data: { inquiryId, caseId, seenBy: 'p-police' },
    at,
    by: as('p-police'),
  });
  const event = (caseId: string): InquiryEvent => ({
    type: 'InquiryAlertSeen',
    data: { inquiryId, caseId, seenBy: 'p-police' },
  });
  const decided = (release: typeof told | undefined): readonly InquiryEvent[] => {
    const before = [received(), weighed(release), event('case-1')];
    return [...before, ...inquiryDecider.decide(decide(), fold(inquiryDecider, before))];
  };
  it('says once that the question was seen, and once more that something was told', () => {
    given(inquiryDecider, [received(), event('case-1')])
      .when(seen('case-1'))
      .thenNothing();
    given(inquiryDecider, decided(undefined)).when(seen('case-1')).thenNothing();
    given(inquiryDecider, decided(told))
      .when(seen('case-1'))
      .then([event('case-1')]);
    given(inquiryDecider, [...decided(told), event('case-1')])
      .when(seen('case-1'))
      .thenNothing();
  });
});

describe('a stay inquiry', () => {
  it('SoL 15:7: two officers check that it is genuine, and the second answers', () => {
    given(inquiryDecider, []).when(receiveStay()).then([stayReceived()]);
    given(inquiryDecider, [stayReceived()]).when(answer('p-first')).thenRefused('inquiry.four_eyes');
    given(inquiryDecider, [stayReceived()]).when(answer('p-fourth')).thenRefused('inquiry.not_a_reviewer');
    given(inquiryDecider, [stayReceived()])
      .when(answer())
      .then([
        {
          type: 'StayInquiryAnswered',
          data: {
            inquiryId,
            caseId: undefined,
            outcome: 'ANSWERED',
            requester: 'POLICE',
            legalBasis: 'SOL_15_7',
            wording: '2025-07-01',
            protectedBy: ['OSL_26_1'],
            secrecyAtHolder: 'OSL_35_1',
            checked: 'KNOWN_CHANNEL',
            receivedBy: 'p-first',
            answeredBy: 'p-second',
            answeredAt: at,
            answer: yes,
            ...letterTo,
          },
        },
      ]);
  });
  it('SoL 15:7: yes or no is sealed, and there is no field for where', () => {
    const [event] = inquiryDecider.decide(answer(), fold(inquiryDecider, [stayReceived()]));
    const { answer: said, ...rest } = event!.data as Data<'StayInquiryAnswered'>;
    expect(said).toBe(yes);
    expect(
      Object.keys(rest).filter((name) => /address|place|destination|where|municipality/i.test(name)),
    ).toEqual([]);
  });
  it('SoL 15:7 binds the board and nobody else', () => {
    given(inquiryDecider, [])
      .when(receiveStay({ holderKind: 'HOUSING_PROVIDER' }))
      .thenRefused('inquiry.not_a_board');
    given(inquiryDecider, [])
      .when(receiveStay({ reviewers: [] }))
      .thenRefused('inquiry.too_few_reviewers');
  });
  it('SoL 15:7: who is not named there gets no answer, and the inquiry is closed without one', () => {
    const from = stayReceived({ requester: 'FORSAKRINGSKASSAN' });
    given(inquiryDecider, [from])
      .when(answer())
      .thenRefused('inquiry.not_permitted', { refusal: 'RECIPIENT_NOT_COVERED', rule: 'SOL_15_7' });
    const [event] = inquiryDecider.decide(answer('p-second', at, {}), fold(inquiryDecider, [from]));
    expect(event).toMatchObject({ data: { outcome: 'NOT_ANSWERED' } });
    for (const said of ['answer', 'recipient', 'recipientPerson'])
      expect(event!.data).not.toHaveProperty(said);
  });
  it('SoL 15:7, OSL 3:1: an answer goes to somebody, by name, whichever it is', () => {
    const no = confidential('social', { stays: false });
    for (const said of [yes, no]) {
      const toNobody = {
        ...answer(),
        data: { inquiryId, checked: 'KNOWN_CHANNEL', answer: said },
      } as InquiryCommand;
      given(inquiryDecider, [stayReceived()]).when(toNobody).thenRefused('inquiry.no_recipient');
    }
  });
  it('SoL 15:7: the line of what was told about somebody without a case lies on the inquiry, once', () => {
    const line = {
      caseId: inquiryId,
      subject: 's-1',
      disclosureId: 'letter-1',
      recipient: 'o-requester',
      persons: ['p-requester'],
      classes: [],
      matter: 'STAY',
      purpose: 'STAY_CHECK',
      legalBasis: 'SOL_15_7',
      protectedBy: ['OSL_26_1'],
      secrecyAtHolder: 'OSL_35_1',
      requester: 'POLICE',
      inquiryId,
      sources: [{ stream: 'inquiry-1', event: 'e-1', path: 'answer' }],
    } as const;
    const record: InquiryCommand = { type: 'RecordAnswer', data: line, at, by: as('process:told-agencies') };
    const answered = [
      stayReceived(),
      ...inquiryDecider.decide(answer(), fold(inquiryDecider, [stayReceived()])),
    ];
    given(inquiryDecider, answered)
      .when(record)
      .then([
        {
          type: 'InformationDisclosed',
          data: { ...line, recipientKind: 'REQUESTER', foot: 'STATUTE', items: [] },
        },
      ]);
    expect(repeatChangesNothing(inquiryDecider, answered, record)).toBe(true);
    given(inquiryDecider, []).when(record).thenRefused('inquiry.not_received');
  });
  it('SoL 15:7 is from 1 July 2025', () => {
    given(inquiryDecider, [stayReceived()])
      .when(answer('p-second', '2025-06-30T12:00:00.000Z'))
      .thenRefused('inquiry.not_permitted', { refusal: 'NOT_IN_FORCE', rule: 'SOL_15_7' });
  });
  it('is answered once, and takes no step of the other kind', () => {
    const answered = inquiryDecider.decide(answer(), fold(inquiryDecider, [stayReceived()]));
    given(inquiryDecider, [stayReceived(), ...answered])
      .when(answer())
      .thenRefused('inquiry.already_decided');
    given(inquiryDecider, [stayReceived()]).when(weighIt()).thenRefused('inquiry.not_received');
    given(inquiryDecider, [received()]).when(answer()).thenRefused('inquiry.not_received');
  });
});

describe('FL 16 §: who takes part in an inquiry', () => {
  const impartial = (by = 'p-second'): InquiryCommand => ({
    type: 'DeclareImpartialInInquiry',
    data: { inquiryId },
    at,
    by: as(by),
  });
  const disqualified = (by = 'p-second'): InquiryCommand => ({
    type: 'DeclareDisqualifiedInInquiry',
    data: { inquiryId, ground: 'FL_16_1' },
    at,
    by: as(by),
  });
  const who = { inquiryId, official: 'p-second', organisation: 'o-board' };
  const out: InquiryEvent = {
    type: 'InquiryDisqualificationDeclared',
    data: { ...who, ground: 'FL_16_1' },
  };
  it('declares that nothing is against it, once; nobody else does', () => {
    given(inquiryDecider, [received()])
      .when(impartial())
      .then([{ type: 'InquiryImpartialityDeclared', data: who }]);
    expect(repeatChangesNothing(inquiryDecider, [received()], impartial())).toBe(true);
    given(inquiryDecider, [received()]).when(impartial('p-other')).thenRefused('inquiry.not_a_reviewer');
    given(inquiryDecider, []).when(impartial()).thenRefused('inquiry.not_received');
  });
  it('declares to be disqualified, also after having found nothing, and has then no part in it', () => {
    const both = [received(), { type: 'InquiryImpartialityDeclared', data: who } as const];
    given(inquiryDecider, both).when(disqualified()).then([out]);
    expect(repeatChangesNothing(inquiryDecider, both, disqualified())).toBe(true);
    expect(fold(inquiryDecider, [...both, out])).toMatchObject({
      impartial: [],
      disqualified: ['p-second'],
    });
    for (const command of [impartial(), weighIt({}, 'p-second')])
      given(inquiryDecider, [received(), out]).when(command).thenRefused('inquiry.not_a_reviewer');
    given(inquiryDecider, [received(), weighed(), out]).when(decide()).thenRefused('inquiry.not_a_reviewer');
    given(inquiryDecider, [stayReceived(), out]).when(answer()).thenRefused('inquiry.not_a_reviewer');
    given(inquiryDecider, []).when(disqualified()).thenRefused('inquiry.not_received');
  });
});

describe('the alert to the case’s own police coordinator', () => {
  const see: InquiryCommand = {
    type: 'AcknowledgeInquiry',
    data: { inquiryId, caseId: 'case-1', seenBy: 'p-police' },
    at,
    by: { person: 'p-police', organisation: 'o-police', agencyKind: 'POLICE' },
  };
  it('is seen once', () => {
    given(inquiryDecider, [received()])
      .when(see)
      .then([{ type: 'InquiryAlertSeen', data: see.data as Data<'InquiryAlertSeen'> }]);
    expect(repeatChangesNothing(inquiryDecider, [received()], see)).toBe(true);
    given(inquiryDecider, []).when(see).thenRefused('inquiry.not_received');
  });
});

describe('any order of steps', () => {
  const people = ['p-first', 'p-second', 'p-third', 'p-fourth'];
  const person = fc.constantFrom(...people);
  const commands = fc.oneof(
    fc.constant(receive()),
    fc.tuple(person, fc.constantFrom({}, told)).map(([by, what]) => weighIt(what, by)),
    fc.tuple(person, fc.boolean()).map(([by, agrees]) => decide(by, agrees)),
    fc.constant(receiveStay()),
    person.map((by) => answer(by)),
  );
  it('tells nothing that two named persons have not looked at', () => {
    let disclosed = 0;
    fc.assert(
      fc.property(fc.array(commands, { minLength: 3, maxLength: 12 }), (sent) => {
        for (const event of playEachTwice(inquiryDecider, sent).events) {
          if (event.type === 'InformationRequestDecided') {
            disclosed += event.data.outcome === 'DISCLOSE' ? 1 : 0;
            expect(event.data.weighedBy).not.toBe(event.data.decidedBy);
            expect(people.slice(0, 3)).toContain(event.data.decidedBy);
          }
          if (event.type === 'StayInquiryAnswered')
            expect(event.data.receivedBy).not.toBe(event.data.answeredBy);
        }
      }),
      { numRuns: 1_000 },
    );
    // About eighteen, as chance brings.
    expect(disclosed).toBeGreaterThan(0);
  });
});
