import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Actor,
  type AgencyKind,
  confidential,
  deadline,
  fold,
  isWorkingDay,
  plainDateOf,
  publicAuthorities,
} from '#kernel';
import { given, playEachTwice, repeatChangesNothing } from '#kernel/testing';
import {
  answerSteps,
  type AppealOutcome,
  appealOutcomes,
  areCopyFees,
  clockOn,
  copyFee,
  copyFeesOf,
  type DocumentKind,
  documentKinds,
  fitsPattern,
  type HarmFinding,
  isPattern,
  isUnderWay,
  openKinds,
  type PublicAccessCommand,
  publicAccessClocks,
  type LetterLanguage,
  type LetterReason,
  publicAccessDecider,
  type PublicAccessEvent,
  provisionsFor,
  letterReasons,
  letterTexts,
  type LetterTexts,
  readLetter,
  type RefusalFacts,
  writeLetter,
  type RegisterCommand,
  registerDecider,
  type RegisterEvent,
  registerRulesAt,
} from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const later = '2026-03-03T08:00:00.000Z';
const registrar: Actor = { person: 'p-registrar', organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' };
const decider: Actor = { ...registrar, person: 'p-decider' };
const process: Actor = { ...registrar, person: 'process:document-requests' };

type Data<Type extends PublicAccessCommand['type']> = Extract<PublicAccessCommand, { type: Type }>['data'];
const ask = <Type extends PublicAccessCommand['type']>(
  type: Type,
  data: Data<Type>,
  by = registrar,
  when = at,
): PublicAccessCommand => ({ type, data, at: when, by }) as PublicAccessCommand;

const words = confidential('social', { registryNumber: 'SN 26/7', text: 'Allt om Påhittad' });
const assessment = confidential('social', { findings: [], note: 'Påhittad prövning' });
const copies = confidential('cost', { pages: 25, feeOre: 8_000 });
const requestId = 'r-1';
const request = {
  requestId,
  authority: 'o-board',
  authorityKind: 'SOCIAL_BOARD',
  registeredBy: 'p-registrar',
  readers: ['p-registrar', 'p-decider'],
  anonymous: true,
  kinds: ['CASE_FILE'],
  receivedAt: at,
  answerBy: '2026-03-03T23:00:00.000Z',
  request: words,
} as const;
const register = (over: Partial<Data<'RegisterDocumentRequest'>> = {}) =>
  ask('RegisterDocumentRequest', { ...request, registryNumberFits: true, ...over });
const requested = (kinds: readonly DocumentKind[] = ['CASE_FILE']): PublicAccessEvent => ({
  type: 'DocumentsRequested',
  data: { ...request, kinds },
});
const harmless: readonly HarmFinding[] = [
  { provision: 'OSL_26_1', harm: 'NO_HARM' },
  { provision: 'OSL_21_3', harm: 'NO_HARM' },
];
/** As it would be, were there anything: what a refusal rests on. */
const doubtful: readonly HarmFinding[] = [
  { provision: 'OSL_26_1', harm: 'UNSURE' },
  { provision: 'OSL_21_3', harm: 'NO_HARM' },
];
const answer = (over: Partial<Data<'AnswerDocumentRequest'>> = {}, when = at) =>
  ask(
    'AnswerDocumentRequest',
    { requestId, outcome: 'REFUSE', kinds: [], findings: doubtful, assessment, ...over },
    registrar,
    when,
  );
const decide = (over: Partial<Data<'DecideDocumentRequest'>> = {}, by = decider) =>
  ask(
    'DecideDocumentRequest',
    { requestId, outcome: 'REFUSE', kinds: [], findings: doubtful, assessment, ...over },
    by,
    later,
  );
const release = { outcome: 'RELEASE', kinds: ['CASE_FILE'], findings: harmless, copies } as const;
/** Makes a release one in part. */
const inPart = { outcome: 'REDACT', restFindings: doubtful } as const;
/** The letter that goes with a refusal of the files of a case. */
const letter = (step: RefusalFacts['step'], over: Partial<RefusalFacts> = {}) =>
  writeLetter({
    authorityKind: 'SOCIAL_BOARD',
    step,
    reason: 'SECRECY',
    kinds: ['CASE_FILE'],
    decidedOn: plainDateOf(step === 'OFFICIAL' ? at : later),
    ...over,
  }).written;
const refused: PublicAccessEvent = {
  type: 'DocumentsRefused',
  data: {
    requestId,
    reason: 'SECRECY',
    decidedBy: 'p-registrar',
    decidedAt: at,
    letter: letter('OFFICIAL'),
    assessment,
  },
};
const askedFor: PublicAccessEvent = {
  type: 'AuthorityDecisionRequested',
  data: { requestId, requestedOn: '2026-03-02', decideBy: '2026-03-03T23:00:00.000Z' },
};
const decided: PublicAccessEvent = {
  type: 'RefusalDecided',
  data: {
    requestId,
    reason: 'SECRECY',
    decidedBy: 'p-decider',
    decidedAt: later,
    letter: letter('AUTHORITY'),
    assessment,
  },
};
const servedOn = '2026-03-04';
const appealBy = deadline(clockOn('APPEAL', servedOn), `${servedOn}T11:00:00.000Z`);
const servedEvent: PublicAccessEvent = { type: 'RefusalServed', data: { requestId, servedOn, appealBy } };
const untilServed = [requested(), refused, askedFor, decided, servedEvent];

describe('a request for official documents', () => {
  it('is registered, also from somebody who says neither who nor why', () => {
    given(publicAccessDecider, []).when(register()).then([requested()]);
  });

  it('is one for each number in a register: another under it is refused, and so is the same again', () => {
    for (const history of [[requested()], untilServed])
      for (const again of [register(), register({ kinds: ['POLICY'] }), register({ anonymous: true })])
        given(publicAccessDecider, history).when(again).thenRefused('public_access.already_registered');
  });

  it('is not registered at a private provider, nor for nothing', () => {
    given(publicAccessDecider, [])
      .when(register({ authorityKind: 'HOUSING_PROVIDER' }))
      .thenRefused('public_access.not_an_authority');
    given(publicAccessDecider, [])
      .when(register({ kinds: [] }))
      .thenRefused('public_access.nothing_asked_for');
    for (const kinds of [
      ['POLICY', 'CASE_FILE'],
      ['STATISTICS', 'POLICY'],
    ] as const)
      given(publicAccessDecider, [])
        .when(register({ kinds }))
        .thenRefused('public_access.asked_for_apart', { field: 'kinds' });
    given(publicAccessDecider, [])
      .when(register({ kinds: ['POLICY'] }))
      .then([requested(['POLICY'])]);
    given(publicAccessDecider, [])
      .when(register({ receivedAt: later }))
      .thenRefused('public_access.received_in_the_future');
    given(publicAccessDecider, [])
      .when(register({ registryNumberFits: false }))
      .thenRefused('public_access.registry_number_not_of_this_authority');
  });

  it('is taken over, once, by somebody who was not named when it came', () => {
    const takeOver = (by: Actor) => ask('TakeOverDocumentRequest', { requestId }, by);
    const late = { ...registrar, person: 'p-late' };
    given(publicAccessDecider, [requested()])
      .when(takeOver(late))
      .then([
        {
          type: 'DocumentRequestTakenOver',
          data: { requestId, authority: 'o-board', official: 'p-late', office: ['p-registrar', 'p-decider'] },
        },
      ]);
    expect(repeatChangesNothing(publicAccessDecider, untilServed, takeOver(late))).toBe(true);
    given(publicAccessDecider, untilServed).when(takeOver(decider)).thenNothing();
  });

  it('is answered by nobody before it is registered', () => {
    for (const command of [
      ask('TakeOverDocumentRequest', { requestId }),
      answer(),
      decide(),
      ask('RequestAuthorityDecision', askedFor.data as Data<'RequestAuthorityDecision'>),
      ask('RecordRefusalServed', { requestId, servedOn, appealBy }),
      ask('RecordRefusalAppealed', { requestId, receivedAt: at }),
    ])
      given(publicAccessDecider, []).when(command).thenRefused('public_access.not_registered');
  });
});

describe('the harm test', () => {
  it('OSL 26:1, reverse: releases only when it is clear that nobody is harmed', () => {
    given(publicAccessDecider, [requested()])
      .when(answer(release))
      .then([
        {
          type: 'DocumentsReleased',
          data: {
            requestId,
            step: 'OFFICIAL',
            kinds: ['CASE_FILE'],
            redacted: false,
            tested: ['OSL_26_1', 'OSL_21_3'],
            decidedBy: 'p-registrar',
            decidedAt: at,
            assessment,
            copies,
          },
        },
      ]);
    for (const harm of ['HARM', 'UNSURE'] as const)
      given(publicAccessDecider, [requested()])
        .when(answer({ ...release, findings: [{ provision: 'OSL_26_1', harm }, harmless[1]!] }))
        .thenRefused('public_access.secret', { provision: 'OSL_26_1', test: 'REVERSE' });
  });

  it('OSL 21:3, straight: releases unless harm may be assumed', () => {
    const found = (harm: HarmFinding['harm']) =>
      answer({ ...release, findings: [harmless[0]!, { provision: 'OSL_21_3', harm }] });
    expect(repeatChangesNothing(publicAccessDecider, [requested()], found('UNSURE'))).toBe(true);
    given(publicAccessDecider, [requested()])
      .when(found('HARM'))
      .thenRefused('public_access.secret', { provision: 'OSL_21_3', test: 'STRAIGHT' });
  });

  it('leaves no provision out', () => {
    given(publicAccessDecider, [requested()])
      .when(answer({ ...release, findings: [harmless[0]!] }))
      .thenRefused('public_access.not_tested', { provision: 'OSL_21_3' });
  });

  it('asks for nothing where no provision could hold: a policy is released, and cannot be called secret', () => {
    given(publicAccessDecider, [requested(['POLICY'])])
      .when(answer())
      .thenRefused('public_access.nothing_to_refuse_on');
    expect(
      repeatChangesNothing(
        publicAccessDecider,
        [requested(['POLICY'])],
        answer({ ...release, kinds: ['POLICY'], findings: [] }),
      ),
    ).toBe(true);
  });

  it('releases what was asked for and nothing else; less than that is redacted', () => {
    given(publicAccessDecider, [requested(['POLICY'])])
      .when(answer(release))
      .thenRefused('public_access.released_other_than_asked');
    const both = [requested(['POLICY', 'CASE_FILE'])];
    // Said again with something else is no repeat.
    const [first] = publicAccessDecider.decide(
      answer({ ...release, ...inPart }),
      fold(publicAccessDecider, both),
    );
    given(publicAccessDecider, [...both, first!])
      .when(answer({ ...release, ...inPart, kinds: ['POLICY'], findings: [] }))
      .thenRefused('public_access.already_answered');
    const part = { ...release, kinds: ['POLICY'], findings: [] } as const;
    given(publicAccessDecider, both)
      .when(answer(part))
      .thenRefused('public_access.released_other_than_asked');
    expect(repeatChangesNothing(publicAccessDecider, both, answer({ ...part, ...inPart }))).toBe(true);
  });

  it('has a rule at every authority for every kind that could be about somebody', () => {
    for (const authority of publicAuthorities)
      for (const kind of documentKinds.filter((one) => !openKinds.includes(one)))
        expect([authority, kind, provisionsFor([kind], authority, '2026-03-02').length > 0]).toEqual([
          authority,
          kind,
          true,
        ]);
  });

  it('is read under the law of the day: before it was in force there is nothing to test', () => {
    expect(provisionsFor(['CASE_FILE'], 'SOCIAL_BOARD', '2009-06-29')).toEqual([]);
    expect(provisionsFor(['CASE_FILE'], 'SOCIAL_BOARD', '2009-06-30').length).toBeGreaterThan(0);
  });
});

describe('the provisions', () => {
  // Written by hand from OSL: changing the list in the code is seen here.
  const table: readonly (readonly [AgencyKind, DocumentKind, readonly string[]])[] = [
    ['SOCIAL_BOARD', 'CASE_FILE', ['OSL_26_1 REVERSE', 'OSL_21_3 STRAIGHT']],
    ['SOCIAL_BOARD', 'STATISTICS', ['OSL_26_1 REVERSE']],
    ['TAX_AGENCY', 'CASE_FILE', ['OSL_21_3 STRAIGHT', 'OSL_22_1 STRAIGHT', 'OSL_22_2 REVERSE']],
    ['TAX_AGENCY', 'STATISTICS', ['OSL_22_1 STRAIGHT']],
    [
      'POLICE',
      'THREAT_ASSESSMENT',
      ['OSL_21_3 STRAIGHT', 'OSL_18_1 STRAIGHT', 'OSL_18_2 REVERSE', 'OSL_35_1 REVERSE'],
    ],
    ['POLICE', 'STATISTICS', ['OSL_35_1 REVERSE']],
    ['NATIONAL_COORDINATOR', 'CASE_LIST', ['OSL_26_1 REVERSE', 'OSL_21_3 STRAIGHT']],
    ['NATIONAL_COORDINATOR', 'STATISTICS', ['OSL_26_1 REVERSE', 'OSL_24_8 REVERSE']],
  ];
  it.each(table)('at %s of %s are %j, and of a policy none', (authority, kind, expected) => {
    const of = (asked: DocumentKind) =>
      provisionsFor([asked], authority, '2026-03-02').map(({ provision, test }) => `${provision} ${test}`);
    expect(of(kind)).toEqual(expected);
    expect(of('POLICY')).toEqual([]);
  });

  it('leave a policy alone as what one may be said to have none of', () => {
    expect(openKinds).toEqual(['POLICY']);
  });
});

describe('what came before what it is about', () => {
  it('is refused: a decision asked for before the request, an appeal before the decision', () => {
    given(publicAccessDecider, [requested(), refused])
      .when(ask('RequestAuthorityDecision', { ...askedFor.data, requestedOn: '2026-03-01' } as never))
      .thenRefused('public_access.before_what_it_is_about');
    for (const history of [untilServed, untilServed.slice(0, 4)])
      given(publicAccessDecider, history)
        .when(ask('RecordRefusalAppealed', { requestId, receivedAt: at }, registrar, appealBy))
        .thenRefused('public_access.before_what_it_is_about');
  });
  it('and what lies in the future is, too', () => {
    given(publicAccessDecider, [requested(), refused])
      .when(ask('RequestAuthorityDecision', { ...askedFor.data, requestedOn: '2026-03-03' } as never))
      .thenRefused('public_access.received_in_the_future');
    given(publicAccessDecider, untilServed)
      .when(ask('RecordRefusalAppealed', { requestId, receivedAt: appealBy }, registrar, later))
      .thenRefused('public_access.received_in_the_future');
  });
});

describe('a refusal', () => {
  /** Under OSL 26:1, reverse, and 21:3, straight. */
  const tested = (reverse: HarmFinding['harm'], straight: HarmFinding['harm']): readonly HarmFinding[] => [
    { provision: 'OSL_26_1', harm: reverse },
    { provision: 'OSL_21_3', harm: straight },
  ];

  it('is the same event whatever stands in the way', () => {
    for (const findings of [
      tested('HARM', 'HARM'),
      tested('UNSURE', 'NO_HARM'),
      tested('UNSURE', 'UNSURE'),
      tested('NO_HARM', 'HARM'),
    ])
      given(publicAccessDecider, [requested()]).when(answer({ findings })).then([refused]);
  });

  it('wants a test of each provision that its letter names, once, of which one stands in the way', () => {
    const askedOfAuthority = [requested(), refused, askedFor];
    const wrong: readonly (readonly [readonly HarmFinding[], `${string}.${string}`, object])[] = [
      [[], 'public_access.not_tested', { provision: 'OSL_26_1' }],
      [tested('HARM', 'HARM').slice(0, 1), 'public_access.not_tested', { provision: 'OSL_21_3' }],
      [
        [...tested('NO_HARM', 'NO_HARM'), ...tested('HARM', 'HARM')],
        'public_access.not_tested',
        { provision: 'OSL_26_1' },
      ],
      [harmless, 'public_access.nothing_stands_in_the_way', {}],
      // Under a straight test who is unsure releases.
      [tested('NO_HARM', 'UNSURE'), 'public_access.nothing_stands_in_the_way', {}],
    ];
    for (const [findings, code, details] of wrong) {
      const because = { ...details, field: 'findings' };
      given(publicAccessDecider, [requested()]).when(answer({ findings })).thenRefused(code, because);
      given(publicAccessDecider, askedOfAuthority).when(decide({ findings })).thenRefused(code, because);
      given(publicAccessDecider, [requested()])
        .when(answer({ ...release, ...inPart, restFindings: findings }))
        .thenRefused(code, { ...details, field: 'restFindings' });
    }
    given(publicAccessDecider, [requested()])
      .when(answer({ ...release, outcome: 'REDACT' }))
      .thenRefused('public_access.not_tested', { provision: 'OSL_26_1', field: 'restFindings' });
    // Said twice, it is said of nothing: neither does it release.
    given(publicAccessDecider, [requested()])
      .when(answer({ ...release, findings: [...harmless, ...tested('HARM', 'HARM')] }))
      .thenRefused('public_access.not_tested', { provision: 'OSL_26_1' });
    for (const over of [release, { findings: doubtful }, { outcome: 'NOT_HELD' }] as const)
      given(publicAccessDecider, [requested()])
        .when(answer({ ...over, restFindings: doubtful }))
        .thenRefused('public_access.rest_goes_with_a_part', { field: 'restFindings' });
  });

  it('takes the place of "we have none" wherever that would be an answer about somebody', () => {
    for (const kind of documentKinds) {
      const asked = given(publicAccessDecider, [requested([kind])]).when(answer({ outcome: 'NOT_HELD' }));
      if (openKinds.includes(kind))
        asked.then([
          {
            ...refused,
            data: {
              ...refused.data,
              reason: 'NOT_HELD',
              letter: letter('OFFICIAL', { reason: 'NOT_HELD', kinds: [kind] }),
            },
          } as PublicAccessEvent,
        ]);
      else asked.thenRefused('public_access.would_confirm_or_deny');
    }
  });

  it('names no price and no kind', () => {
    given(publicAccessDecider, [requested()])
      .when(answer({ copies }))
      .thenRefused('public_access.copies_go_with_a_release');
    given(publicAccessDecider, [requested()])
      .when(answer({ kinds: ['CASE_FILE'] }))
      .thenRefused('public_access.kinds_go_with_a_release');
    given(publicAccessDecider, [requested()])
      .when(answer({ ...release, copies: undefined }))
      .thenRefused('public_access.copies_go_with_a_release');
  });

  it('by an official goes to the authority when it is asked for, and to somebody else there', () => {
    given(publicAccessDecider, [requested(), refused])
      .when(decide())
      .thenRefused('public_access.no_decision_requested');
    given(publicAccessDecider, [requested()])
      .when(ask('RequestAuthorityDecision', askedFor.data as Data<'RequestAuthorityDecision'>))
      .thenRefused('public_access.nothing_was_refused');
    given(publicAccessDecider, [requested(), refused])
      .when(ask('RequestAuthorityDecision', askedFor.data as Data<'RequestAuthorityDecision'>))
      .then([askedFor]);
    given(publicAccessDecider, [requested(), refused, askedFor])
      .when(decide({}, registrar))
      .thenRefused('public_access.four_eyes');
    given(publicAccessDecider, [requested(), refused, askedFor]).when(decide()).then([decided]);
    given(publicAccessDecider, untilServed.slice(0, 4)).when(decide()).thenNothing();
    given(publicAccessDecider, untilServed)
      .when(decide({ ...release }))
      .thenRefused('public_access.already_answered');
  });

  it('in part may be tried by the authority too, and appealed when the authority itself leaves parts out', () => {
    const redacted = (step: 'OFFICIAL' | 'AUTHORITY'): PublicAccessEvent => ({
      type: 'DocumentsReleased',
      data: {
        requestId,
        step,
        kinds: ['CASE_FILE'],
        redacted: true,
        tested: ['OSL_26_1', 'OSL_21_3'],
        decidedBy: step === 'OFFICIAL' ? 'p-registrar' : 'p-decider',
        decidedAt: at,
        assessment,
        copies,
      },
    });
    const toAuthority = ask('RequestAuthorityDecision', askedFor.data as Data<'RequestAuthorityDecision'>);
    given(publicAccessDecider, [requested(), redacted('OFFICIAL')])
      .when(toAuthority)
      .then([askedFor]);
    given(publicAccessDecider, [requested(), redacted('OFFICIAL'), askedFor])
      .when(decide({}, registrar))
      .thenRefused('public_access.four_eyes');
    const byAuthority = [requested(), refused, askedFor, redacted('AUTHORITY')];
    given(publicAccessDecider, byAuthority)
      .when(toAuthority)
      .thenRefused('public_access.nothing_was_refused');
    given(publicAccessDecider, byAuthority)
      .when(ask('RecordRefusalServed', { requestId, servedOn, appealBy }, registrar, appealBy))
      .then([servedEvent]);
    given(publicAccessDecider, [requested(), redacted('OFFICIAL')])
      .when(ask('RecordRefusalServed', { requestId, servedOn, appealBy }, registrar, appealBy))
      .thenRefused('public_access.no_decision_to_serve');
  });

  it('may be appealed for three weeks from service, counted by the statutory calendar', () => {
    expect(clockOn('APPEAL', servedOn)).toEqual({ calendar: 'STATUTORY', amount: 3, unit: 'WEEKS' });
    expect(appealBy).toBe('2026-03-25T23:00:00.000Z');
    // Served on 3 April: the last day would be Friday 24 April. On 29 May: 19 June is Midsummer Eve, so Monday 22 June.
    const lastDay = (day: string) =>
      plainDateOf(
        new Date(Date.parse(deadline(clockOn('APPEAL', day), `${day}T11:00:00.000Z`)) - 1).toISOString(),
      );
    expect([lastDay('2026-04-03'), lastDay('2026-05-29')]).toEqual(['2026-04-24', '2026-06-22']);
    expect(isWorkingDay('2026-06-22')).toBe(true);
  });

  it('is appealed in time before the clock is over, and late at it', () => {
    const appeal = (receivedAt: string) =>
      ask('RecordRefusalAppealed', { requestId, receivedAt }, registrar, appealBy);
    const appealed = (receivedAt: string, inTime: boolean): PublicAccessEvent => ({
      type: 'RefusalAppealed',
      data: { requestId, receivedAt, inTime },
    });
    const justInTime = new Date(Date.parse(appealBy) - 1).toISOString();
    given(publicAccessDecider, untilServed)
      .when(appeal(justInTime))
      .then([appealed(justInTime, true)]);
    given(publicAccessDecider, untilServed)
      .when(appeal(appealBy))
      .then([appealed(appealBy, false)]);
    // Not served yet: nobody is late.
    given(publicAccessDecider, untilServed.slice(0, 4))
      .when(appeal(appealBy))
      .then([appealed(appealBy, true)]);
    given(publicAccessDecider, [requested(), refused])
      .when(appeal(justInTime))
      .thenRefused('public_access.nothing_to_appeal');
    given(publicAccessDecider, [...untilServed, appealed(justInTime, true)])
      .when(appeal(appealBy))
      .thenNothing();
  });

  it('keeps its words as long as an appeal may come: served until its last day, and not served until it is', () => {
    const partOf = (step: 'OFFICIAL' | 'AUTHORITY', redacted = true): PublicAccessEvent => ({
      type: 'DocumentsReleased',
      data: {
        requestId,
        step,
        kinds: ['CASE_FILE'],
        redacted,
        tested: [],
        decidedBy: 'p',
        decidedAt: later,
        assessment,
        copies,
      },
    });
    const asked = [requested(), refused, askedFor];
    const underWay = (history: readonly PublicAccessEvent[], when = '2036-03-03T08:00:00.000Z') =>
      isUnderWay(fold(publicAccessDecider, history), when);
    for (const waits of [[requested()], asked, [...asked, decided], [...asked, partOf('AUTHORITY')]])
      expect(underWay(waits)).toBe(true);
    for (const over of [
      [requested(), refused],
      [requested(), partOf('OFFICIAL')],
      [...asked, partOf('AUTHORITY', false)],
    ])
      expect(underWay(over)).toBe(false);
    const justInTime = new Date(Date.parse(appealBy) - 1).toISOString();
    for (const refusal of [decided, partOf('AUTHORITY')])
      expect([justInTime, appealBy].map((when) => underWay([...asked, refusal, servedEvent], when))).toEqual([
        true,
        false,
      ]);
  });

  it('is served after it was decided and not in the future', () => {
    const serve = (day: string, when = appealBy) =>
      ask('RecordRefusalServed', { requestId, servedOn: day, appealBy }, registrar, when);
    const before = untilServed.slice(0, 4);
    given(publicAccessDecider, before)
      .when(serve('2026-03-02'))
      .thenRefused('public_access.served_at_another_time');
    given(publicAccessDecider, before)
      .when(serve(servedOn, later))
      .thenRefused('public_access.served_at_another_time');
    given(publicAccessDecider, untilServed).when(serve(servedOn)).thenNothing();
  });
});

describe('a part that is left out', () => {
  const policy = requested(['POLICY']);

  it('needs a provision as a whole refusal does: of a policy alone nothing is redacted', () => {
    given(publicAccessDecider, [policy])
      .when(answer({ ...release, ...inPart, kinds: ['POLICY'], findings: [] }))
      .thenRefused('public_access.nothing_to_refuse_on', { field: 'outcome' });
  });

  it('is not called "we have none" afterwards, also where it was released before there was this rule', () => {
    const redacted: PublicAccessEvent = {
      type: 'DocumentsReleased',
      data: {
        requestId,
        step: 'OFFICIAL',
        kinds: ['POLICY'],
        redacted: true,
        tested: [],
        decidedBy: 'p-registrar',
        decidedAt: at,
        assessment,
        copies,
      },
    };
    const history = [policy, redacted, askedFor];
    given(publicAccessDecider, history)
      .when(decide({ outcome: 'NOT_HELD' }))
      .thenRefused('public_access.part_was_released', { field: 'outcome' });
    expect(
      repeatChangesNothing(
        publicAccessDecider,
        history,
        decide({ outcome: 'RELEASE', kinds: ['POLICY'], copies }),
      ),
    ).toBe(true);
  });

  it('and refused by the authority too, is refused in part: what was released stays released', () => {
    const both = [requested(['CASE_FILE', 'POLICY'])];
    const [part] = publicAccessDecider.decide(
      answer({ ...release, ...inPart, kinds: ['POLICY'], findings: [] }),
      fold(publicAccessDecider, both),
    );
    const partLetter = { reason: 'IN_PART', kinds: ['CASE_FILE', 'POLICY'] } as const;
    expect(part).toMatchObject({ data: { letter: letter('OFFICIAL', partLetter) } });
    const rest = { ...partLetter, reason: 'REST' } as const;
    given(publicAccessDecider, [...both, part!, askedFor])
      .when(decide())
      .then([
        {
          ...decided,
          data: { ...decided.data, letter: letter('AUTHORITY', rest) },
        } as PublicAccessEvent,
      ]);
  });
});

describe('statistics', () => {
  const asked = requested(['STATISTICS', 'POLICY']);
  const noHarm = (
    ['OSL_26_1', 'OSL_35_1', 'OSL_22_1', 'OSL_21_3', 'OSL_24_8', 'OSL_18_1', 'OSL_18_2'] as const
  ).map((provision) => ({ provision, harm: 'NO_HARM' as const }));
  const releases = (smallestFigure: number | undefined, over: Partial<Data<'AnswerDocumentRequest'>> = {}) =>
    answer({
      ...release,
      kinds: ['STATISTICS', 'POLICY'],
      findings: noHarm,
      ...(smallestFigure === undefined ? {} : { smallestFigure }),
      ...over,
    });

  it('are not released with a figure from 1 to 4, whole or in part: small groups are never shown outside', () => {
    for (const how of [{}, inPart]) {
      for (const figure of [1, 2, 3, 4])
        given(publicAccessDecider, [asked])
          .when(releases(figure, how))
          .thenRefused('public_access.small_figures');
      expect(repeatChangesNothing(publicAccessDecider, [asked], releases(5, how))).toBe(true);
    }
  });

  it('are not released before somebody has said which figure is the smallest, and nothing else is asked for it', () => {
    given(publicAccessDecider, [asked])
      .when(releases(undefined))
      .thenRefused('public_access.small_figures_not_looked_at');
    for (const over of [
      { ...inPart, kinds: ['POLICY'] },
      { outcome: 'REFUSE', kinds: [], findings: doubtful, copies: undefined },
    ] as const) {
      given(publicAccessDecider, [asked])
        .when(releases(5, over as Partial<Data<'AnswerDocumentRequest'>>))
        .thenRefused('public_access.small_figures_not_looked_at');
      expect(
        repeatChangesNothing(
          publicAccessDecider,
          [asked],
          releases(undefined, over as Partial<Data<'AnswerDocumentRequest'>>),
        ),
      ).toBe(true);
    }
  });
});

describe('the letter of a refusal', () => {
  const refusalText = (of: RefusalFacts, language: LetterLanguage): string =>
    writeLetter(of).letter[language];
  const facts = {
    authorityKind: 'SOCIAL_BOARD',
    step: 'AUTHORITY',
    reason: 'SECRECY',
    kinds: ['CASE_FILE', 'CASE_LIST'],
    decidedOn: '2026-03-03',
  } as const;

  it('neither confirms nor denies, says why, and how and when to appeal', () => {
    const letter = refusalText(facts, 'sv');
    for (const words of [
      'varken bekräftar eller förnekar',
      '26 kap. 1 §',
      '21 kap. 3 §',
      'om de fanns',
      'kammarrätten',
      'inom 3 veckor',
    ])
      expect(letter).toContain(words);
    expect(refusalText(facts, 'en')).toContain('neither confirms nor denies');
  });

  it('says in its own words whether the whole is refused or the rest of it, each in both languages', () => {
    const said = (reason: LetterReason, language: LetterLanguage) =>
      refusalText({ ...facts, reason }, language).split('\n\n')[2];
    expect([said('SECRECY', 'sv'), said('NOT_HELD', 'sv')]).toEqual(['Begäran avslås.', 'Begäran avslås.']);
    expect(said('SECRECY', 'en')).toBe('The request is refused.');
    expect(said('IN_PART', 'sv')).toBe('Det som lämnas ut följer med. Begäran avslås i övrigt.');
    expect(said('IN_PART', 'en')).toBe(
      'What is released is enclosed. In all other respects the request is refused.',
    );
  });

  it('in part does not confirm what is left out either', () => {
    for (const language of ['sv', 'en'] as const)
      expect(refusalText({ ...facts, reason: 'IN_PART' }, language)).toMatch(
        /varken bekräftar eller förnekar|neither confirms nor denies/,
      );
  });

  it('is the same whatever was found, by whomever, and in whatever order it was asked', () => {
    const harm = fc.constantFrom('HARM' as const, 'NO_HARM' as const, 'UNSURE' as const);
    const findings = fc
      .record({ reverse: harm, straight: harm })
      .filter(({ reverse, straight }) => reverse !== 'NO_HARM' || straight === 'HARM')
      .map(({ reverse, straight }): readonly HarmFinding[] => [
        { provision: 'OSL_26_1', harm: reverse },
        { provision: 'OSL_21_3', harm: straight },
      ]);
    fc.assert(
      fc.property(findings, fc.string(), (found, note) => {
        const [event] = publicAccessDecider.decide(
          answer({ findings: found, assessment: confidential('social', { findings: found, note }) }),
          fold(publicAccessDecider, [requested(['CASE_FILE', 'CASE_LIST'])]),
        );
        const { reason, decidedAt } = (event as Extract<PublicAccessEvent, { type: 'DocumentsRefused' }>)
          .data;
        const letter = (kinds: readonly DocumentKind[]) =>
          refusalText(
            {
              authorityKind: 'SOCIAL_BOARD',
              step: 'OFFICIAL',
              reason,
              kinds,
              decidedOn: plainDateOf(decidedAt),
            },
            'sv',
          );
        expect(letter(['CASE_LIST', 'CASE_FILE'])).toBe(
          refusalText({ ...facts, step: 'OFFICIAL', decidedOn: '2026-03-02' }, 'sv'),
        );
      }),
    );
  });

  it('is the same, byte for byte, after every change of the texts, and no other', () => {
    const events = publicAccessDecider.decide(
      answer(),
      fold(publicAccessDecider, [requested(['CASE_FILE', 'CASE_LIST'])]),
    );
    const { reason, letter: written } = (
      events[0] as Extract<PublicAccessEvent, { type: 'DocumentsRefused' }>
    ).data;
    const of: RefusalFacts = { ...facts, step: 'OFFICIAL', reason, decidedOn: '2026-03-02' };
    const sent = readLetter(of, written);
    const [first] = letterTexts;
    const changed: LetterTexts = {
      version: '2027-01-01',
      of: { ...first!.of, sv: { ...first!.of.sv, refused: ['Nya ord.', 'Nya ord.'] } },
    };
    const later = [changed, ...letterTexts];
    expect(writeLetter(of, undefined, changed).letter).not.toEqual(sent);
    expect(readLetter(of, written, later)).toEqual(sent);
    // One from before letters were kept is read by the first texts.
    expect(readLetter(of, undefined, later)).toEqual(sent);
    // Texts that were in use and were changed all the same are noticed, and so are those that are gone.
    expect(() => readLetter(of, written, [{ ...changed, version: first!.version }])).toThrow('not the one');
    expect(() => readLetter(of, written, [changed])).toThrow('gone');
  });

  it('is kept with what was refused of a release, too, and with no whole release', () => {
    const letterIn = (over: object) =>
      (
        publicAccessDecider.decide(
          answer({ ...release, ...over }),
          fold(publicAccessDecider, [requested()]),
        )[0] as Extract<PublicAccessEvent, { type: 'DocumentsReleased' }>
      ).data.letter;
    expect(letterIn(inPart)).toMatchObject({ version: letterTexts[0]!.version, appealWeeks: 3 });
    expect(letterIn({})).toBeUndefined();
  });

  it('is written by texts of which no version was ever changed', () => {
    const of = (step: RefusalFacts['step'], reason: RefusalFacts['reason']) =>
      writeLetter({ ...facts, step, reason, kinds: documentKinds }, undefined, letterTexts.at(-1)).written
        .hash;
    expect(
      answerSteps.map((step) =>
        letterReasons.filter((reason) => reason !== 'REST').map((reason) => of(step, reason)),
      ),
    ).toEqual([
      [
        'f9758070-e663-5d40-8ba7-4d292d8c6797',
        'd7c58f03-3aad-5f7a-9634-75e2bd22ad3e',
        'afab2dc0-0401-593a-8ec7-53615b353051',
      ],
      [
        '06b54919-d6c7-58f3-9cc2-4d412e87a650',
        '915d1d91-a1bc-5da7-8fe6-94cc423380a1',
        '365f8096-ad58-5513-994b-168907215741',
      ],
    ]);
  });

  it('is true of its own decision alone: it encloses what this one releases, whatever was decided before', () => {
    const asked = requested(['CASE_FILE', 'POLICY']);
    const part = { ...release, ...inPart, kinds: ['POLICY'], findings: [] } as const;
    const court = (outcome: 'CHANGED' | 'REMITTED'): PublicAccessEvent => ({
      type: 'AppealDecided',
      data: {
        requestId,
        outcome,
        decidedOn: '2026-03-04',
        decideBy: later,
        ...(outcome === 'CHANGED' ? { orderedKinds: ['POLICY'] } : {}),
      },
    });
    const appeal: PublicAccessEvent = {
      type: 'RefusalAppealed',
      data: { requestId, receivedAt: '2026-03-04T08:00:00.000Z', inTime: true },
    };
    const after = (
      history: readonly PublicAccessEvent[],
      command: PublicAccessCommand,
    ): readonly PublicAccessEvent[] => [
      ...history,
      ...publicAccessDecider.decide(command, fold(publicAccessDecider, history)),
    ];
    let letters = 0;
    for (const first of [answer(part), answer()])
      for (const second of [decide(part as never), decide()])
        for (const third of [undefined, 'CHANGED', 'REMITTED'] as const)
          for (const last of third === undefined
            ? [undefined]
            : third === 'CHANGED'
              ? [decide(part as never)]
              : [decide(part as never), decide()]) {
            let history = after([...after([asked], first), askedFor], second);
            if (third && last) history = after([...history, appeal, court(third)], last);
            let released = false;
            for (const { type, data } of history) {
              if (type === 'DocumentsReleased') released = true;
              if (type !== 'DocumentsReleased' && type !== 'DocumentsRefused' && type !== 'RefusalDecided')
                continue;
              const encloses = type === 'DocumentsReleased';
              expect(data.letter?.reason).toBe(encloses ? 'IN_PART' : released ? 'REST' : 'SECRECY');
              const { sv, en } = readLetter(
                {
                  authorityKind: 'SOCIAL_BOARD',
                  step:
                    type === 'RefusalDecided' || (encloses && data.step === 'AUTHORITY')
                      ? 'AUTHORITY'
                      : 'OFFICIAL',
                  reason: data.letter!.reason!,
                  kinds: ['CASE_FILE', 'POLICY'],
                  decidedOn: plainDateOf(data.decidedAt),
                },
                data.letter,
              );
              expect([sv.includes('följer med'), en.includes('enclosed')]).toEqual([encloses, encloses]);
              // Nor is it denied that there is any, when some of it was released before.
              expect(sv.includes('Begäran avslås.\n')).toBe(!released);
              letters += 1;
            }
          }
    expect(letters).toBeGreaterThan(20);
  });

  it('of the rest is pinned, too', () => {
    const of = (step: RefusalFacts['step']) =>
      writeLetter({ ...facts, step, reason: 'REST', kinds: documentKinds }).written;
    expect(answerSteps.map((step) => of(step).hash)).toEqual([
      '28c4a1db-b37a-5f04-8694-5b3edeecb061',
      '3602eb30-4831-5bdd-bfbd-24daa5242903',
    ]);
  });

  it('has every text in both languages, and a function where a name could stand', () => {
    for (const language of ['sv', 'en'] as const)
      for (const step of answerSteps)
        for (const reason of letterReasons)
          expect(refusalText({ ...facts, step, reason }, language).split('\n\n')).toHaveLength(6);
    expect(refusalText(facts, 'sv').split('\n\n').at(-1)).toBe('Beslutande enligt delegation');
  });
});

describe('a clock', () => {
  const alert = (step: 'OFFICIAL' | 'AUTHORITY', when: string) =>
    ask('AlertDocumentAnswerOverdue', { requestId, step, dueAt: request.answerBy }, process, when);
  const overdue = (step: 'OFFICIAL' | 'AUTHORITY'): PublicAccessEvent => ({
    type: 'DocumentAnswerOverdue',
    data: { requestId, step, dueAt: request.answerBy },
  });

  it('calls a late answer overdue, once, and stays quiet when it comes too early or too late', () => {
    given(publicAccessDecider, [requested()])
      .when(alert('OFFICIAL', request.answerBy))
      .then([overdue('OFFICIAL')]);
    given(publicAccessDecider, [requested(), overdue('OFFICIAL')])
      .when(alert('OFFICIAL', request.answerBy))
      .thenNothing();
    given(publicAccessDecider, [requested()]).when(alert('OFFICIAL', at)).thenNothing();
    given(publicAccessDecider, [requested(), refused])
      .when(alert('OFFICIAL', request.answerBy))
      .thenNothing();
    given(publicAccessDecider, [requested(), refused, askedFor])
      .when(alert('AUTHORITY', request.answerBy))
      .then([overdue('AUTHORITY')]);
    given(publicAccessDecider, []).when(alert('OFFICIAL', request.answerBy)).thenNothing();
  });

  it('is known for every day on which this system is used', () => {
    for (const name of publicAccessClocks) expect(clockOn(name, '2026-01-01').amount).toBeGreaterThan(0);
    expect(() => clockOn('APPEAL', '1970-01-01')).toThrow(RangeError);
  });
});

describe('copies', () => {
  const ofState = copyFeesOf('POLICE', undefined, '2026-03-02');

  it.each([
    [0, 0],
    [1, 0],
    [9, 0],
    [10, 5_000],
    [11, 5_200],
    [25, 8_000],
    [100, 23_000],
  ])('of %i pages cost %i öre at an authority under the government (avgiftsförordningen)', (pages, ore) => {
    expect(copyFee(pages, ofState)).toBe(ore);
  });

  it('cost what its council has decided at a municipality, and nothing where it has decided nothing', () => {
    const own = { freePages: 0, firstPages: 0, firstPagesOre: 0, furtherPageOre: 150 };
    const rules = { version: 1, copyFees: own, source: 'KF § 12' };
    expect(copyFee(3, copyFeesOf('SOCIAL_BOARD', rules, '2026-03-02'))).toBe(450);
    expect(copyFee(25, copyFeesOf('SOCIAL_BOARD', undefined, '2026-03-02'))).toBe(0);
    // An authority under the government does not make its own.
    expect(copyFeesOf('POLICE', rules, '2026-03-02')).toEqual(ofState);
  });

  it('never cost a fraction of an öre, and never less for more of them', () => {
    const whole = fc.nat({ max: 1_000_000 });
    fc.assert(
      fc.property(
        fc.record({ freePages: whole, firstPages: whole, firstPagesOre: whole, furtherPageOre: whole }),
        fc.nat({ max: 100_000 }),
        (fees, pages) => {
          expect(areCopyFees(fees)).toBe(true);
          const [fee, next] = [copyFee(pages, fees), copyFee(pages + 1, fees)];
          expect(Number.isSafeInteger(fee)).toBe(true);
          expect(next).toBeGreaterThanOrEqual(fee);
        },
      ),
    );
    for (const pages of [-1, 1.5, Number.NaN]) expect(() => copyFee(pages, ofState)).toThrow(RangeError);
  });
});

describe('a register', () => {
  const rules = { version: 1, pattern: 'SN {YY}/{N}', source: 'Nämndens beslut § 4' };
  const enact = (over: Partial<RegisterCommand['data']> = {}): RegisterCommand => ({
    type: 'EnactRegisterRules',
    data: { register: 't-register', rules, inForceFrom: at, authorityKind: 'SOCIAL_BOARD', ...over },
    at,
    by: registrar,
  });
  const enacted = (over: Partial<RegisterEvent['data']> = {}): RegisterEvent => ({
    type: 'RegisterRulesEnacted',
    data: { register: 't-register', rules, inForceFrom: at, ...over },
  });

  it('has rules from a day on; history is read under those of its day', () => {
    given(registerDecider, []).when(enact()).then([enacted()]);
    given(registerDecider, [enacted()]).when(enact()).thenNothing();
    const second = enacted({ rules: { ...rules, version: 2 }, inForceFrom: later });
    const state = fold(registerDecider, [enacted(), second]);
    expect(registerRulesAt(state, at)?.version).toBe(1);
    expect(registerRulesAt(state, later)?.version).toBe(2);
    expect(registerRulesAt(state, '2026-03-01T00:00:00.000Z')).toBeUndefined();
    expect(registerRulesAt(fold(registerDecider, []), at)).toBeUndefined();
  });

  it('refuses rules that cannot be used', () => {
    const fees = { freePages: 0, firstPages: 0, firstPagesOre: 0, furtherPageOre: 150 };
    const refuses = (data: Partial<RegisterCommand['data']>, code: `${string}.${string}`) =>
      given(registerDecider, [enacted()]).when(enact(data)).thenRefused(code);
    const second = { ...rules, version: 2 };
    refuses({ rules: { ...second, source: ' ' } }, 'public_access.rules_without_source');
    refuses({ rules: { ...second, pattern: 'SN {X}/{N}' } }, 'public_access.not_a_pattern');
    refuses(
      { rules: { ...second, copyFees: fees }, authorityKind: 'POLICE' },
      'public_access.fees_of_the_ordinance',
    );
    refuses({ rules: { ...second, copyFees: { ...fees, furtherPageOre: 0.5 } } }, 'public_access.not_fees');
    refuses({ rules: { ...rules, source: 'Annat' } }, 'public_access.version_not_higher');
    refuses(
      { rules: second, inForceFrom: '2026-01-01T00:00:00.000Z' },
      'public_access.in_force_before_the_last',
    );
  });

  it.each([
    ['S{YYYY}/{N}', 'S2025/01090', true],
    ['SN {YY}/{N}', 'SN 18/0098', true],
    ['{N}-{YYYY}', '6394-2012', true],
    ['{YYYY}/{N}', '2023/0143', true],
    ['{YYYY}/{N}', '2023/0143 ', false],
    ['{YYYY}/{N}', '1823/0143', false],
    ['SN {YY}/{N}', 'SNX18/0098', false],
    ['A.B {N}', 'AXB 1', false],
  ])('with the pattern %s: the number %s fits: %s', (pattern, number, fits) => {
    expect(isPattern(pattern)).toBe(true);
    expect(fitsPattern(pattern, number)).toBe(fits);
  });

  it.each(['', '{YYYY}', '{N}/{N}', '{n}', '{N', 'Ä{N}', ' {N}', `${'x'.repeat(40)}{N}`])(
    'refuses the pattern "%s"',
    (pattern) => expect(isPattern(pattern)).toBe(false),
  );
});

describe('the outcome of an appeal', () => {
  const receivedAt = `${servedOn}T12:00:00.000Z`;
  const appealedEvent: PublicAccessEvent = {
    type: 'RefusalAppealed',
    data: { requestId, receivedAt, inTime: true },
  };
  const decidedOn = '2026-03-20';
  const decideBy = '2026-03-24T23:00:00.000Z';
  const court = (outcome: AppealOutcome, on = decidedOn) =>
    ask('RecordAppealOutcome', { requestId, outcome, decidedOn: on, decideBy }, registrar, appealBy);
  const said = (
    outcome: AppealOutcome,
    orderedKinds: readonly DocumentKind[] = ['CASE_FILE'],
  ): PublicAccessEvent => ({
    type: 'AppealDecided',
    data: {
      requestId,
      outcome,
      decidedOn,
      ...(outcome === 'CHANGED' ? { orderedKinds } : {}),
      ...(outcome === 'CHANGED' || outcome === 'REMITTED' ? { decideBy } : {}),
    },
  });
  const untilAppealed = [...untilServed, appealedEvent];

  it.each(appealOutcomes)(
    '%s is recorded once, with a new clock only where something is left to decide',
    (one) => {
      given(publicAccessDecider, untilAppealed)
        .when(court(one))
        .then([said(one)]);
      expect(repeatChangesNothing(publicAccessDecider, untilAppealed, court(one))).toBe(true);
    },
  );

  it('is not recorded before there is an appeal, on another day, or twice in two ways', () => {
    given(publicAccessDecider, []).when(court('UPHELD')).thenRefused('public_access.not_registered');
    given(publicAccessDecider, untilServed)
      .when(court('UPHELD'))
      .thenRefused('public_access.no_appeal_to_decide');
    for (const on of ['2026-03-03', '2026-03-27'])
      given(publicAccessDecider, untilAppealed)
        .when(court('UPHELD', on))
        .thenRefused('public_access.decided_at_another_time');
    given(publicAccessDecider, [...untilAppealed, said('UPHELD')])
      .when(court('DISMISSED'))
      .thenRefused('public_access.appeal_already_decided');
  });

  it('REMITTED lets the authority decide again, by somebody else than the official who refused', () => {
    const remitted = [...untilAppealed, said('REMITTED')];
    given(publicAccessDecider, remitted).when(decide({}, registrar)).thenRefused('public_access.four_eyes');
    given(publicAccessDecider, remitted).when(decide()).then([decided]);
  });

  it('CHANGED is followed: another refusal is refused, and what the court has tested is not tested again', () => {
    const ordered = [...untilAppealed, said('CHANGED')];
    given(publicAccessDecider, ordered).when(decide()).thenRefused('public_access.court_ordered_release');
    const released = publicAccessDecider.decide(
      decide({ ...release, findings: [{ provision: 'OSL_26_1', harm: 'HARM' }] }),
      ordered.reduce(publicAccessDecider.evolve, publicAccessDecider.initialState),
    );
    expect(released).toMatchObject([
      {
        type: 'DocumentsReleased',
        data: { step: 'AUTHORITY', redacted: false, tested: ['OSL_26_1', 'OSL_21_3'] },
      },
    ]);
    // Small figures, too, are the court's to have tested.
    given(publicAccessDecider, [
      requested(['STATISTICS']),
      ...untilAppealed.slice(1),
      said('CHANGED', ['STATISTICS']),
    ])
      .when(decide({ ...release, kinds: ['STATISTICS'], smallestFigure: 2 }))
      .then([
        {
          type: 'DocumentsReleased',
          data: {
            ...decided.data,
            reason: undefined,
            letter: undefined,
            step: 'AUTHORITY',
            kinds: ['STATISTICS'],
            redacted: false,
            tested: ['OSL_26_1'],
            copies,
          } as never,
        },
      ]);
  });
});

describe('what a court orders, kind by kind', () => {
  const ordering = (
    orderedKinds: readonly DocumentKind[] | undefined,
    outcome: AppealOutcome = 'CHANGED',
  ): PublicAccessCommand =>
    ask(
      'RecordAppealOutcome',
      {
        requestId,
        outcome,
        decidedOn: '2026-03-20',
        decideBy: appealBy,
        ...(orderedKinds && { orderedKinds }),
      },
      registrar,
      appealBy,
    );
  const appealedOf = (kinds: readonly DocumentKind[]): readonly PublicAccessEvent[] => [
    requested(kinds),
    ...untilServed.slice(1),
    { type: 'RefusalAppealed', data: { requestId, receivedAt: `${servedOn}T12:00:00.000Z`, inTime: true } },
  ];
  const ordered = (kinds: readonly DocumentKind[], orderedKinds?: readonly DocumentKind[]) => {
    const before = appealedOf(kinds);
    return [
      ...before,
      ...publicAccessDecider.decide(ordering(orderedKinds), fold(publicAccessDecider, before)),
    ];
  };
  const gives = (outcome: 'RELEASE' | 'REDACT', kinds: readonly DocumentKind[], findings = harmless) =>
    decide({ outcome, kinds, findings, copies, ...(outcome === 'REDACT' ? inPart : {}) });

  it('is of what was asked for, and goes with CHANGED alone', () => {
    const before = appealedOf(['CASE_FILE', 'POLICY']);
    for (const command of [
      ordering(['CASE_LIST']),
      ordering([]),
      ordering(['CASE_FILE'], 'UPHELD'),
      ordering(['CASE_FILE'], 'REMITTED'),
    ])
      given(publicAccessDecider, before)
        .when(command)
        .thenRefused('public_access.ordered_other_than_asked', { field: 'orderedKinds' });
    for (const [named, written] of [
      [['CASE_FILE'], ['CASE_FILE']],
      [undefined, ['CASE_FILE', 'POLICY']],
    ] as const)
      expect(publicAccessDecider.decide(ordering(named), fold(publicAccessDecider, before))).toMatchObject([
        { type: 'AppealDecided', data: { orderedKinds: written } },
      ]);
  });

  it('is not got round: it is neither refused, nor left out, nor redacted', () => {
    const refuses = (history: readonly PublicAccessEvent[], command: PublicAccessCommand) =>
      given(publicAccessDecider, history)
        .when(command)
        .thenRefused('public_access.court_ordered_release', { field: 'kinds' });
    const all = ordered(['CASE_FILE', 'POLICY']);
    refuses(all, gives('REDACT', ['POLICY']));
    refuses(all, gives('REDACT', ['CASE_FILE', 'POLICY']));
    refuses(all, decide());
    // One of before 2026-11-26 names none: all that was asked for.
    const before: readonly PublicAccessEvent[] = [
      ...all.slice(0, -1),
      {
        type: 'AppealDecided',
        data: { requestId, outcome: 'CHANGED', decidedOn: '2026-03-20', decideBy: appealBy },
      },
    ];
    refuses(before, gives('REDACT', ['POLICY']));
    const one = ordered(['CASE_FILE', 'CASE_LIST'], ['CASE_LIST']);
    refuses(one, gives('REDACT', ['CASE_FILE']));
    refuses(one, decide());
  });

  it('leaves the rest to be tested, refused by a provision of its own, and said in the letter', () => {
    const one = ordered(['CASE_FILE', 'STATISTICS'], ['CASE_FILE']);
    const [released] = publicAccessDecider.decide(
      gives('REDACT', ['CASE_FILE'], []),
      fold(publicAccessDecider, one),
    );
    // OSL 21:3 is of the files, which are released.
    expect(released).toMatchObject({
      type: 'DocumentsReleased',
      data: { redacted: true, kinds: ['CASE_FILE'], letter: { provisions: ['OSL_26_1'] } },
    });
    given(publicAccessDecider, one)
      .when(decide({ ...release, kinds: ['CASE_FILE', 'STATISTICS'], findings: [], smallestFigure: 7 }))
      .thenRefused('public_access.not_tested', { provision: 'OSL_26_1' });
    given(publicAccessDecider, one)
      .when(
        decide({
          outcome: 'RELEASE',
          kinds: ['CASE_FILE', 'STATISTICS'],
          findings: harmless,
          copies,
          smallestFigure: 2,
        }),
      )
      .thenRefused('public_access.small_figures');
    // Of a policy nothing can be secret.
    given(publicAccessDecider, ordered(['CASE_FILE', 'POLICY'], ['CASE_FILE']))
      .when(gives('REDACT', ['CASE_FILE']))
      .thenRefused('public_access.nothing_to_refuse_on', { field: 'outcome' });
  });
});

describe('any story of a request', () => {
  it('ends in one answer, whatever is sent in whatever order, each command twice', () => {
    let accepted = 0;
    const command = fc.constantFrom<PublicAccessCommand>(
      register(),
      ask('TakeOverDocumentRequest', { requestId }, { ...registrar, person: 'p-late' }),
      answer(),
      answer(release),
      answer({ ...release, ...inPart }),
      ask('RequestAuthorityDecision', askedFor.data as Data<'RequestAuthorityDecision'>),
      decide(),
      decide({ ...release }),
      ask('RecordRefusalServed', { requestId, servedOn, appealBy }, registrar, appealBy),
      ask('RecordRefusalAppealed', { requestId, receivedAt: later }, registrar, appealBy),
      ...appealOutcomes.map((outcome) =>
        ask(
          'RecordAppealOutcome',
          { requestId, outcome, decidedOn: servedOn, decideBy: appealBy },
          registrar,
          appealBy,
        ),
      ),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const { events } = playEachTwice(publicAccessDecider, [register(), ...commands]);
        accepted += events.length;
        const types = events.map(({ type }) => type);
        expect(new Set(types.filter((type) => type === 'DocumentsRequested')).size).toBe(1);
        // The authority decides once, and once more for each time that the court sends it back.
        const sentBack = events.filter(
          ({ type, data }) => type === 'AppealDecided' && 'decideBy' in data,
        ).length;
        expect(types.filter((type) => type === 'RefusalDecided').length).toBeLessThanOrEqual(1 + sentBack);
        // Nothing is decided by the authority that nobody asked it for.
        const decidedAt = types.indexOf('RefusalDecided');
        if (decidedAt >= 0) expect(types.slice(0, decidedAt)).toContain('AuthorityDecisionRequested');
      }),
      { numRuns: 200 },
    );
    expect(accepted).toBeGreaterThan(200);
  });
});
