import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addHours,
  type DataClass,
  dataClasses,
  type Envelope,
  fold,
  recipientKinds,
  roadKinds,
} from '#kernel';
import { given, playEachTwice } from '#kernel/testing';
import {
  disclosureDecider,
  type DisclosureCommand,
  disclosureEndReasons,
  type DisclosureEvent,
  officeTold,
  openDisclosuresAt,
  waiverAt,
} from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const caseId = 'case-1';
const subject = 'subject-1';
const by = { person: 'p-officer', organisation: 'o-home', agencyKind: 'SOCIAL_BOARD' } as const;

type Command<Type extends DisclosureCommand['type']> = Extract<DisclosureCommand, { type: Type }>;
type Told = Extract<DisclosureEvent, { type: 'InformationDisclosed' }>['data'];

const envelope = (dataClass: DataClass, of = subject): Envelope => ({
  sealed: 1,
  class: dataClass,
  subject: of,
  owner: 'o-home',
  stream: 'relocation-case-1',
  event: `event-${dataClass}`,
  path: dataClass,
  kid: 'k1',
  iv: 'iv',
  ct: 'ct',
  tag: 'tag',
});

const waiver: Command<'SignWaiver'>['data'] = {
  caseId,
  subject,
  form: 'WRITTEN',
  signedOn: '2026-03-01',
  validUntil: '2026-08-31',
  recipientKinds,
  classes: dataClasses,
  mandatoryRecipients: roadKinds,
  mandatoryClasses: ['identity', 'needs'],
};
const sign = (over: Partial<Command<'SignWaiver'>['data']> = {}, when = at): DisclosureCommand => ({
  type: 'SignWaiver',
  data: { ...waiver, ...over },
  at: when,
  by,
});
const { mandatoryRecipients: mandatory, mandatoryClasses: needed, ...signedWaiver } = waiver;
const signed = (version = 1, over: Partial<typeof signedWaiver> = {}): DisclosureEvent => ({
  type: 'WaiverSigned',
  data: { ...signedWaiver, version, ...over },
});
const withdraw = (when = at): DisclosureCommand => ({
  type: 'WithdrawWaiver',
  data: { caseId, channel: 'PHONE' },
  at: when,
  by,
});
const withdrawn = (version = 1): DisclosureEvent => ({
  type: 'WaiverWithdrawn',
  data: { caseId, version, channel: 'PHONE' },
});

const base: Omit<Command<'DiscloseInformation'>['data'], 'items' | 'refs'> = {
  caseId,
  subject,
  disclosureId: 'd-1',
  recipientKind: 'RECEIVING_BOARD',
  recipient: 'o-receiving',
  persons: ['p-1', 'p-2'],
  purpose: 'RECEPTION',
  foot: 'WAIVER',
  legalBasis: 'OSL_10_1',
  protectedBy: ['OSL_26_1'],
  secrecyAtHolder: 'OSL_26_1',
};
/** All bases that these specifications lean on have stood in one wording since OSL came. */
const wording = '2009-06-30';
const disclose = (
  over: Partial<Command<'DiscloseInformation'>['data']> = {},
  classes: readonly DataClass[] = ['identity'],
  when = at,
): DisclosureCommand => {
  const items = over.items ?? classes.map((one) => envelope(one));
  const refs = items.map(({ stream, event, path }) => ({ stream, event, path }));
  return { type: 'DiscloseInformation', data: { ...base, items, refs, ...over }, at: when, by };
};
/** The waiver's last day, 31 August 2026, ends in Stockholm at this instant. */
const waiverEnds = '2026-08-31T22:00:00.000Z';
const disclosed = (
  over: Partial<Told> = {},
  classes: readonly DataClass[] = ['identity'],
): DisclosureEvent => ({
  type: 'InformationDisclosed',
  data: {
    ...base,
    classes,
    items: classes.map((one) => envelope(one)),
    waiverVersion: 1,
    expiresAt: waiverEnds,
    wording,
    ...over,
  },
});
const notOnWaiver = { waiverVersion: undefined, expiresAt: undefined };
const statute = {
  foot: 'STATUTE',
  legalBasis: 'OSL_26_9',
  grounds: { under18: true, fourEyes: true },
} as const;
const rescue = {
  foot: 'RESCUE',
  purpose: 'ALARM',
  recipientKind: 'RECEIVING_POLICE',
  legalBasis: 'OSL_10_2',
  protectedBy: ['OSL_26_1', 'OSL_21_3'],
  secrecyAtHolder: 'OSL_21_3',
} as const;
const endIt = (
  disclosureId = 'd-1',
  reason: Command<'EndDisclosure'>['data']['reason'] = 'PROPOSAL_ENDED',
): DisclosureCommand => ({ type: 'EndDisclosure', data: { caseId, disclosureId, reason }, at, by });
const endedIt = (
  disclosureId = 'd-1',
  reason: Command<'EndDisclosure'>['data']['reason'] = 'PROPOSAL_ENDED',
): DisclosureEvent => ({ type: 'DisclosureEnded', data: { caseId, disclosureId, reason } });

describe('the waiver of secrecy', () => {
  it('is signed in a first version', () => {
    given(disclosureDecider, [])
      .when(sign())
      .then([signed(1)]);
    expect(mandatory).toHaveLength(6);
  });
  it('covers every agency concerned, or the method cannot be used', () => {
    given(disclosureDecider, [])
      .when(sign({ recipientKinds: recipientKinds.filter((kind) => kind !== 'RECEIVING_BOARD') }))
      .thenRefused('disclosure.recipient_not_covered', { missing: ['RECEIVING_BOARD'] });
    given(disclosureDecider, [])
      .when(sign({ classes: [] }))
      .thenRefused('disclosure.no_class_covered');
  });
  it('covers every class that somebody must be told, or the case would stop there', () => {
    given(disclosureDecider, [])
      .when(sign({ classes: dataClasses.filter((name) => name !== 'needs') }))
      .thenRefused('disclosure.class_not_covered', { missing: ['needs'] });
    given(disclosureDecider, [])
      .when(sign({ classes: ['cost', 'health'] }))
      .thenRefused('disclosure.class_not_covered', { missing: ['identity', 'needs'] });
    const enough = { classes: needed };
    given(disclosureDecider, [])
      .when(sign(enough))
      .then([signed(1, enough)]);
  });
  it('is not dated tomorrow, and not over already', () => {
    given(disclosureDecider, [])
      .when(sign({ signedOn: '2026-03-03' }))
      .thenRefused('disclosure.signed_in_the_future');
    given(disclosureDecider, [])
      .when(sign({ validUntil: '2026-03-01' }))
      .thenRefused('disclosure.waiver_already_over');
  });
  it('signed again is quiet; renewed it gets a new version, but is not narrowed while others rely on it', () => {
    given(disclosureDecider, [signed()]).when(sign()).thenNothing();
    given(disclosureDecider, [signed()])
      .when(sign({ validUntil: '2026-12-31' }))
      .then([signed(2, { validUntil: '2026-12-31' })]);
    for (const narrower of [
      { validUntil: '2026-08-30' },
      { classes: dataClasses.filter((one) => one !== 'cost') },
      { recipientKinds: recipientKinds.slice(1), mandatoryRecipients: [] },
    ])
      given(disclosureDecider, [signed()])
        .when(sign(narrower))
        .thenRefused('disclosure.waiver_would_narrow', { version: 1 });
  });
  it('holds to the end of its last day in Stockholm', () => {
    const state = fold(disclosureDecider, [signed()]);
    expect(waiverAt(state, '2026-08-31T21:59:59.999Z')?.version).toBe(1);
    expect(waiverAt(state, waiverEnds)).toBeUndefined();
  });
  it('may be signed anew, and narrower, after its end or its withdrawal', () => {
    const less = {
      classes: ['identity', 'needs'],
      signedOn: '2026-09-01',
      validUntil: '2026-12-31',
    } as const;
    given(disclosureDecider, [signed()])
      .when(sign(less, '2026-09-01T08:00:00.000Z'))
      .then([signed(2, less)]);
    given(disclosureDecider, [signed(), withdrawn()])
      .when(sign())
      .then([signed(2)]);
  });
  it('is of one person', () => {
    given(disclosureDecider, [signed()])
      .when(sign({ subject: 'subject-2' }))
      .thenRefused('disclosure.another_persons_data');
  });
});

describe('the withdrawal of the waiver', () => {
  it('is taken at any time, and again is quiet', () => {
    given(disclosureDecider, [signed()]).when(withdraw()).then([withdrawn()]);
    given(disclosureDecider, [signed()]).when(withdraw('2027-01-01T00:00:00.000Z')).then([withdrawn()]);
    given(disclosureDecider, [signed(), withdrawn()]).when(withdraw()).thenNothing();
    given(disclosureDecider, []).when(withdraw()).thenRefused('disclosure.no_waiver');
  });
  it('ends what stands on the waiver and nothing else', () => {
    const state = fold(disclosureDecider, [
      signed(),
      disclosed(),
      disclosed({ disclosureId: 'd-2', ...statute, ...notOnWaiver }),
      disclosed({ disclosureId: 'd-3', ...rescue, ...notOnWaiver }),
      withdrawn(),
    ]);
    expect(openDisclosuresAt(state, at)).toEqual(['d-2', 'd-3']);
  });
  it('is not undone by a new waiver', () => {
    const state = fold(disclosureDecider, [signed(), disclosed(), withdrawn(), signed(2)]);
    expect(openDisclosuresAt(state, at)).toEqual([]);
    given(disclosureDecider, [signed(), disclosed(), withdrawn(), signed(2)])
      .when(disclose())
      .thenRefused('disclosure.waiver_lapsed');
  });
});

describe('telling on the waiver', () => {
  it('names the version and ends with it', () => {
    given(disclosureDecider, [signed()]).when(disclose()).then([disclosed()]);
  });
  it('ends earlier when it says so', () => {
    const expiresAt = '2026-03-09T00:00:00.000Z';
    given(disclosureDecider, [signed()])
      .when(disclose({ expiresAt }))
      .then([disclosed({ expiresAt })]);
    given(disclosureDecider, [signed()])
      .when(disclose({ expiresAt: '2027-01-01T00:00:00.000Z' }))
      .then([disclosed()]);
  });
  it.each<[string, readonly DisclosureEvent[], DisclosureCommand, string]>([
    ['there is none', [], disclose(), 'NO_WAIVER'],
    ['it was withdrawn', [signed(), withdrawn()], disclose(), 'WAIVER_WITHDRAWN'],
    ['it has run out', [signed()], disclose({}, ['identity'], waiverEnds), 'RUN_OUT'],
    [
      'it does not cover the recipient',
      [signed(1, { recipientKinds: ['HOME_POLICE'] })],
      disclose(),
      'RECIPIENT_NOT_COVERED',
    ],
    ['it does not cover the class', [signed(1, { classes: ['needs'] })], disclose(), 'CLASS_NOT_COVERED'],
  ])('is refused when %s', (_title, history, command, reason) => {
    given(disclosureDecider, history).when(command).thenRefused('disclosure.waiver_lapsed', { reason });
  });
});

describe('telling on a statute or for rescue', () => {
  it.each<[string, readonly DisclosureEvent[]]>([
    ['without a waiver', []],
    ['after its withdrawal', [signed(), withdrawn()]],
    ['under a waiver that covers nothing of it', [signed(1, { classes: ['needs'], recipientKinds: [] })]],
  ])('goes on %s', (_title, history) => {
    given(disclosureDecider, history)
      .when(disclose(statute))
      .then([disclosed({ ...statute, ...notOnWaiver })]);
    given(disclosureDecider, history)
      .when(disclose(rescue, ['destination', 'address']))
      .then([disclosed({ ...rescue, ...notOnWaiver }, ['destination', 'address'])]);
  });
  it('is for rescue only to those who fetch the person, for the alarm, and without an end in time', () => {
    given(disclosureDecider, [])
      .when(disclose({ ...rescue, recipientKind: 'RECEIVING_BOARD' }))
      .thenRefused('disclosure.not_a_rescuer');
    given(disclosureDecider, [])
      .when(disclose({ ...rescue, purpose: 'RECEPTION' }))
      .thenRefused('disclosure.not_a_rescuer');
    given(disclosureDecider, [])
      .when(disclose({ ...rescue, expiresAt: '2026-12-01T00:00:00.000Z' }))
      .thenRefused('disclosure.rescue_does_not_expire');
  });
});

describe('telling an agency outside the road of the case', () => {
  const probation = {
    recipientKind: 'PROBATION_SERVICE',
    secrecyAtHolder: 'OSL_35_15',
    purpose: 'SUPPORT',
  } as const;
  it('is told what the need-to-know matrix gives to its kind, on the waiver', () => {
    given(disclosureDecider, [signed()])
      .when(disclose(probation))
      .then([disclosed(probation)]);
  });
  it.each(['social', 'family', 'address', 'needs', 'threat-detail', 'health', 'cost'] as const)(
    'refuses Kriminalvården the class %s by name, on every foot',
    (closed) => {
      for (const foot of [{}, { foot: 'STATUTE', legalBasis: 'OSL_10_23' } as const])
        given(disclosureDecider, [signed()])
          .when(disclose({ ...probation, ...foot }, [closed]))
          .thenRefused('disclosure.class_not_for_recipient', {
            class: closed,
            recipientKind: 'PROBATION_SERVICE',
          });
    },
  );
  it('tells who knows the reference only that there is a case, and nothing of it', () => {
    const reference = { recipientKind: 'REGION_COORDINATOR', items: [], refs: [] } as const;
    given(disclosureDecider, [signed()])
      .when(disclose(reference))
      .then([disclosed({ recipientKind: 'REGION_COORDINATOR' }, [])]);
    given(disclosureDecider, [signed()])
      .when(disclose({ recipientKind: 'REGION_COORDINATOR' }))
      .thenRefused('disclosure.class_not_for_recipient', { class: 'identity' });
    given(disclosureDecider, [])
      .when(disclose(reference))
      .thenRefused('disclosure.waiver_lapsed', { reason: 'NO_WAIVER' });
  });
  it('a waiver that leaves its kind out does not carry it, and the agencies on the road suffice', () => {
    given(disclosureDecider, [])
      .when(sign({ recipientKinds: roadKinds }))
      .then([signed(1, { recipientKinds: roadKinds })]);
    given(disclosureDecider, [signed(1, { recipientKinds: roadKinds })])
      .when(disclose(probation))
      .thenRefused('disclosure.waiver_lapsed', { reason: 'RECIPIENT_NOT_COVERED' });
  });
  it('on FOL 16-17 b §§ Skatteverket is told without a waiver, when it has asked', () => {
    const asked = {
      recipientKind: 'POPULATION_REGISTER',
      secrecyAtHolder: 'OSL_22_1',
      purpose: 'PROTECTION',
      foot: 'STATUTE',
      legalBasis: 'FOL_16',
    } as const;
    const grounds = { onRequest: true };
    given(disclosureDecider, [signed(), withdrawn()])
      .when(disclose({ ...asked, grounds }))
      .then([disclosed({ ...asked, grounds, ...notOnWaiver, wording: '2019-01-01' })]);
    given(disclosureDecider, [])
      .when(disclose({ ...asked, grounds: {} }))
      .thenRefused('disclosure.not_permitted', { refusal: 'CONDITION_MISSING', rule: 'ON_REQUEST' });
  });
});

describe('an application for protected personal data', () => {
  const application = {
    recipientKind: 'TAX_AGENCY',
    secrecyAtHolder: 'OSL_22_1',
    purpose: 'PROTECTION',
    foot: 'STATUTE',
    legalBasis: 'FOL_16_APPLICATION',
    protection: {
      what: 'REQUESTED',
      protectionId: 'pr-1',
      kind: 'SECRECY_MARKING',
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: '2026-03-01',
    },
  } as const;
  const told = { ...application, ...notOnWaiver, wording: '2019-01-01' };
  it('is told in codes, without a waiver, and nothing sealed goes with it', () => {
    given(disclosureDecider, [signed(), withdrawn()])
      .when(disclose(application, []))
      .then([disclosed(told, [])]);
    given(disclosureDecider, [])
      .when(disclose(application))
      .thenRefused('disclosure.class_not_for_recipient', { class: 'identity', recipientKind: 'TAX_AGENCY' });
  });
  it('names whoever has come for an officer who has gone, and is held up by no number', () => {
    const changed: DisclosureEvent = {
      type: 'ContactChanged',
      data: {
        caseId,
        part: 'TAX_AGENCY',
        organisation: base.recipient,
        office: base.persons,
        outgoing: base.persons[0]!,
        incoming: 'p-new',
        reason: 'NEW_DUTIES',
      },
    };
    given(disclosureDecider, [changed])
      .when(disclose(application, []))
      .then([disclosed({ ...told, persons: [...base.persons.slice(1), 'p-new'] }, [])]);
    const more = { ...application, disclosureId: 'd-2', persons: ['p-7', 'p-8', 'p-9'] };
    given(disclosureDecider, [disclosed(told, [])])
      .when(disclose(more, []))
      .then([disclosed({ ...told, ...more }, [])]);
  });
  it('comes back to the board whoever of its officers is still there', () => {
    const back = {
      ...application,
      recipientKind: 'HOME_BOARD',
      secrecyAtHolder: 'OSL_26_1',
      protection: { what: 'REFUSED', protectionId: 'pr-1' },
    } as const;
    const gone = base.persons.map((official): DisclosureEvent => ({
      type: 'DisqualificationDeclared',
      data: { caseId, official, organisation: base.recipient, ground: 'FL_16_2' },
    }));
    given(disclosureDecider, gone)
      .when(disclose(back, []))
      .then([disclosed({ ...back, ...notOnWaiver, wording: '2019-01-01' }, [])]);
  });
});

describe('every telling asks the catalogue of legal bases', () => {
  const rule = (refusal: string, which: string) => ({ refusal, rule: which });
  it.each<[string, Parameters<typeof disclose>[0], string, string]>([
    [
      'OSL 10:27 does not lift OSL 26:1: the general clause is no way out of social services',
      {
        ...statute,
        legalBasis: 'OSL_10_27',
        recipientKind: 'HOME_POLICE',
        secrecyAtHolder: 'OSL_35_1',
        purpose: 'CRIME_PREVENTION',
        grounds: { weighed: true, fourEyes: true },
      },
      'PROVISION_NOT_LIFTED',
      'OSL_26_1',
    ],
    [
      "OSL 12:2: the person's consent does not lift OSL 18:1, which protects the work of Police",
      { protectedBy: ['OSL_35_1', 'OSL_18_1'] },
      'PROVISION_NOT_LIFTED',
      'OSL_18_1',
    ],
    ['a fact of which nobody says what protects it', { protectedBy: [] }, 'NOTHING_PROTECTS_IT', 'OSL_10_1'],
    ['a basis that nobody knows', { ...statute, legalBasis: 'OSL_99_9' }, 'UNKNOWN_BASIS', 'OSL_99_9'],
    [
      'OSL 10:18 a lets Police be told, and no board',
      { ...statute, legalBasis: 'OSL_10_18_A' },
      'RECIPIENT_NOT_COVERED',
      'OSL_10_18_A',
    ],
    [
      'OSL 26:9 is for a child or for care: a sober adult needs the waiver',
      { ...statute, grounds: { fourEyes: true } },
      'CONDITION_MISSING',
      'UNDER_18_OR_CARE',
    ],
    [
      'OSL 26:9 serves care and support, and not the alarm',
      // A class that the matrix lets a board be told at any stage: it is the catalogue that says no.
      { ...statute, purpose: 'THREAT_ASSESSMENT', items: [envelope('needs')] },
      'PURPOSE_NOT_COVERED',
      'OSL_26_9',
    ],
  ])('and is refused: %s', (_title, over, refusal, which) => {
    given(disclosureDecider, [signed()])
      .when(disclose(over))
      .thenRefused('disclosure.not_permitted', rule(refusal, which));
  });
  it('the holder is the agency that tells: OSL 26:9 is not for Police', () => {
    given(disclosureDecider, [signed()])
      .when({ ...disclose(statute), by: { ...by, agencyKind: 'POLICE' } })
      .thenRefused('disclosure.not_permitted', rule('HOLDER_NOT_COVERED', 'OSL_26_9'));
  });
  it('names the wording under which it was decided', () => {
    const child = { legalBasis: 'OSL_26_9', grounds: { under18: true, fourEyes: true } };
    given(disclosureDecider, [])
      .when(disclose(statute))
      .then([disclosed({ ...statute, ...child, ...notOnWaiver, wording: '2009-06-30' })]);
  });
});

describe('every telling', () => {
  it.each(['destination', 'address'] as const)('keeps who and where apart: identity and %s', (place) => {
    for (const foot of [{}, statute, rescue])
      given(disclosureDecider, [signed()])
        .when(disclose(foot, ['identity', place]))
        .thenRefused('disclosure.identity_and_place_together');
  });
  it.each([
    [{ secrecyAtHolder: ' ' }, 'disclosure.secrecy_at_holder_missing'],
    [{ legalBasis: '' }, 'disclosure.legal_basis_missing'],
    [{ persons: [] }, 'disclosure.no_person_named'],
    [{ items: [] }, 'disclosure.nothing_to_tell'],
    [{ refs: [] }, 'disclosure.items_do_not_match'],
    [{ items: [envelope('needs', 'subject-2')] }, 'disclosure.another_persons_data'],
    [{ expiresAt: at }, 'disclosure.already_expired'],
    [{ secrecyAtHolder: 'OSL_99_1' }, 'disclosure.secrecy_at_holder_unknown'],
    // Known, but not at a board: Police's own protection does not follow a copy.
    [{ secrecyAtHolder: 'OSL_35_1' }, 'disclosure.secrecy_at_holder_unknown'],
    [{ legalBasis: 'OSL_10_2' }, 'disclosure.basis_on_another_foot'],
  ] as const)('is refused with %j', (wrong, code) => {
    for (const foot of [{}, statute])
      given(disclosureDecider, [signed()])
        .when(disclose({ ...foot, ...wrong }))
        .thenRefused(code);
  });
  it('is about the person whose waiver it is', () => {
    given(disclosureDecider, [signed()])
      .when(disclose({ subject: 'subject-2', items: [envelope('needs', 'subject-2')] }))
      .thenRefused('disclosure.another_persons_data');
  });
  it('names each class once, whatever the number of items', () => {
    const items = [envelope('needs'), { ...envelope('needs'), event: 'another' }, envelope('family')];
    given(disclosureDecider, [signed()])
      .when(disclose({ items }))
      .then([disclosed({ items, classes: ['needs', 'family'] })]);
  });
  it('carries the envelopes as they were first written', () => {
    const items = [envelope('needs')];
    given(disclosureDecider, [signed()])
      .when(
        disclose({ items, refs: [{ stream: 'relocation-case-1', event: 'event-family', path: 'family' }] }),
      )
      .thenRefused('disclosure.items_do_not_match');
  });
  it('sent again is quiet; something else under its id is refused', () => {
    given(disclosureDecider, [signed(), disclosed()]).when(disclose()).thenNothing();
    for (const other of [{ recipient: 'o-other' }, { persons: ['p-3'] }, { ...statute }])
      given(disclosureDecider, [signed(), disclosed()])
        .when(disclose(other))
        .thenRefused('disclosure.id_used_for_something_else');
    given(disclosureDecider, [signed(), disclosed()])
      .when(disclose({}, ['needs']))
      .thenRefused('disclosure.id_used_for_something_else');
  });
});

describe('the end of a telling', () => {
  it('is written once', () => {
    given(disclosureDecider, [signed(), disclosed()]).when(endIt()).then([endedIt()]);
    given(disclosureDecider, [signed(), disclosed(), endedIt()]).when(endIt()).thenNothing();
    given(disclosureDecider, [signed(), disclosed(), withdrawn()]).when(endIt()).thenNothing();
  });
  it('is not undone by the telling sent again', () => {
    given(disclosureDecider, [signed(), disclosed(), endedIt()])
      .when(disclose())
      .thenRefused('disclosure.already_ended');
  });
  it('that overtakes the telling keeps it shut', () => {
    given(disclosureDecider, [signed()]).when(endIt()).then([endedIt()]);
    given(disclosureDecider, [signed(), endedIt()]).when(disclose()).thenRefused('disclosure.already_ended');
    given(disclosureDecider, [signed(), endedIt()]).when(endIt()).thenNothing();
  });
  it('does not take the alarm plan from the rescuers while the person may be standing there', () => {
    const history = [disclosed({ ...rescue, ...notOnWaiver })];
    for (const reason of disclosureEndReasons) {
      const ending = given(disclosureDecider, history).when(endIt('d-1', reason));
      if (
        ['PROPOSAL_ENDED', 'PLACEMENT_ENDED', 'WAIVER_WITHDRAWN', 'NO_LONGER_NEEDED', 'SUPERSEDED'].includes(
          reason,
        )
      )
        ending.thenRefused('disclosure.rescuer_still_needed', { reason });
      else ending.then([endedIt('d-1', reason)]);
    }
  });
  it('comes by itself at the instant that the telling names', () => {
    const state = fold(disclosureDecider, [signed(), disclosed()]);
    expect(openDisclosuresAt(state, '2026-08-31T21:59:59.999Z')).toEqual(['d-1']);
    expect(openDisclosuresAt(state, waiverEnds)).toEqual([]);
  });
});

describe('any order of signing, withdrawing, telling and ending', () => {
  const instants = fc.nat({ max: 24 * 200 }).map((hours) => addHours(at, hours));
  const commands = fc.oneof(
    instants.map((when) => sign({}, when)),
    fc.constant(sign()),
    instants.map((when) => withdraw(when)),
    fc
      .record({
        when: instants,
        id: fc.constantFrom('d-1', 'd-2', 'd-3', 'd-4', 'd-5'),
        foot: fc.constantFrom({}, {}, {}, statute, rescue),
        classes: fc.uniqueArray(fc.constantFrom(...dataClasses), { minLength: 1, maxLength: 3 }),
      })
      .map(({ when, id, foot, classes }) => disclose({ ...foot, disclosureId: id }, classes, when)),
    fc
      .record({ id: fc.constantFrom('d-1', 'd-2', 'd-3'), reason: fc.constantFrom(...disclosureEndReasons) })
      .map(({ id, reason }) => endIt(id, reason)),
  );
  it('tells nothing on a waiver that is not there, and never who and where together', () => {
    let onWaiver = 0;
    fc.assert(
      fc.property(fc.array(commands, { minLength: 4, maxLength: 15 }), (sent) => {
        const { events, state } = playEachTwice(disclosureDecider, sent);
        let active: number | undefined;
        for (const event of events) {
          if (event.type === 'WaiverSigned') active = event.data.version;
          if (event.type === 'WaiverWithdrawn') active = undefined;
          if (event.type === 'InformationDisclosed') {
            const { foot, waiverVersion, classes } = event.data;
            if (foot === 'WAIVER') {
              onWaiver += 1;
              expect(active).toBeDefined();
              expect(waiverVersion).toBe(active);
            } else expect(waiverVersion).toBeUndefined();
            expect(
              classes.includes('identity') && classes.some((one) => /^(destination|address)$/.test(one)),
            ).toBe(false);
          }
        }
        if (state.status === 'WAIVER_WITHDRAWN')
          for (const id of openDisclosuresAt(state, at))
            expect(state.tellings[id]).not.toMatchObject({ foot: 'WAIVER' });
      }),
      { numRuns: 1_000 },
    );
    expect(onWaiver).toBeGreaterThan(20);
  });
});

describe('a place that becomes known', () => {
  const proposalId = 'p-1';
  const report = (mayStandThere = true, source: 'COURT_DOCUMENT' | 'STAFF' = 'COURT_DOCUMENT') =>
    ({
      type: 'ReportExposure',
      data: { caseId, proposalId, source, mayStandThere },
      at,
      by,
    }) as const satisfies DisclosureCommand;
  const compromised: DisclosureEvent = {
    type: 'LocationCompromised',
    data: { caseId, proposalId, source: 'COURT_DOCUMENT', reportedBy: by.person },
  };

  it('is reported once for each way by which it became known, while somebody may stand there', () => {
    given(disclosureDecider, [signed()]).when(report()).then([compromised]);
    given(disclosureDecider, [signed(), compromised]).when(report()).thenNothing();
    // Also when nobody is there any more: the repeat says nothing new.
    given(disclosureDecider, [signed(), compromised]).when(report(false)).thenNothing();
    given(disclosureDecider, [signed(), compromised])
      .when(report(true, 'STAFF'))
      .then([{ ...compromised, data: { ...compromised.data, source: 'STAFF' } }]);
    given(disclosureDecider, [signed()]).when(report(false)).thenRefused('disclosure.nobody_stands_there');
    // A waiver that was withdrawn, or signed anew, does not make it unknown.
    for (const after of [
      { type: 'WaiverWithdrawn', data: { caseId, version: 1, channel: 'ORAL' } },
      signed(2),
    ])
      given(disclosureDecider, [signed(), compromised, after as DisclosureEvent])
        .when(report())
        .thenNothing();
  });

  it('by a decision alone is reported as one of a placement is, in an event of its own', () => {
    const place = { caseId, decisionId: 'd-1', placeDecisionId: 'pd-1' };
    const reports = (mayStandThere: boolean, source: 'REGISTER' | 'STAFF' = 'REGISTER') =>
      ({
        type: 'ReportDecidedPlaceExposure',
        data: { ...place, source, mayStandThere },
        at,
        by,
      }) as const satisfies DisclosureCommand;
    const known: DisclosureEvent = {
      type: 'DecidedPlaceCompromised',
      data: { ...place, source: 'REGISTER', reportedBy: by.person },
    };
    // Also before a waiver: a decision on a child needs none.
    given(disclosureDecider, []).when(reports(true)).then([known]);
    for (const mayStandThere of [true, false])
      given(disclosureDecider, [known]).when(reports(mayStandThere)).thenNothing();
    given(disclosureDecider, [known])
      .when(reports(true, 'STAFF'))
      .then([{ ...known, data: { ...known.data, source: 'STAFF' } }]);
    given(disclosureDecider, []).when(reports(false)).thenRefused('disclosure.nobody_stands_there');
  });

  it('is not told to anybody any more but to rescuers', () => {
    const item = { ...envelope('address'), stream: `placement-${proposalId}` };
    const ref = { stream: item.stream, event: item.event, path: item.path };
    const tell = (foot: 'WAIVER' | 'RESCUE'): DisclosureCommand => ({
      type: 'DiscloseInformation',
      data: {
        caseId,
        subject,
        disclosureId: 'd-address',
        recipientKind: 'RECEIVING_POLICE',
        recipient: 'o-police-there',
        persons: ['p-police-there'],
        purpose: foot === 'RESCUE' ? 'ALARM' : 'PROTECTION',
        foot,
        legalBasis: foot === 'RESCUE' ? 'OSL_10_2' : 'OSL_10_1',
        protectedBy: ['OSL_26_1'],
        secrecyAtHolder: 'OSL_35_1',
        refs: [ref],
        items: [item],
      },
      at,
      by,
    });
    given(disclosureDecider, [signed(), compromised])
      .when(tell('WAIVER'))
      .thenRefused('disclosure.place_exposed');
    expect(() =>
      given(disclosureDecider, [signed(), compromised])
        .when(tell('RESCUE'))
        .thenRefused('disclosure.place_exposed'),
    ).toThrow();
    expect(() =>
      given(disclosureDecider, [signed()]).when(tell('WAIVER')).thenRefused('disclosure.place_exposed'),
    ).toThrow();
  });
});

const tellOf = disclose;
const toldOf = disclosed;

describe('a telling after a change of contact', () => {
  const changed = (over: object = {}): DisclosureEvent => ({
    type: 'ContactChanged',
    data: {
      caseId,
      part: 'RECEIVING_BOARD',
      organisation: 'o-receiving',
      proposalId: 'r-1',
      office: ['p-1', 'p-2'],
      outgoing: 'p-2',
      incoming: 'p-3',
      reason: 'ABSENCE',
      ...over,
    },
  });
  /** Told for one placement. */
  const disclose = (over: Parameters<typeof tellOf>[0] = {}, classes?: readonly DataClass[]) =>
    tellOf({ proposalId: 'r-1', ...over }, classes);
  const disclosed = (over: Partial<Told> = {}, classes?: readonly DataClass[]) =>
    toldOf({ proposalId: 'r-1', ...over }, classes);
  const gone: DisclosureEvent = {
    type: 'DisqualificationDeclared',
    data: { caseId, official: 'p-1', organisation: 'o-receiving', ground: 'FL_16_2' },
  };
  it('names whoever has come for who has gone, whoever was asked for', () => {
    given(disclosureDecider, [signed(), changed()])
      .when(disclose())
      .then([disclosed({ persons: ['p-1', 'p-3'] })]);
    given(disclosureDecider, [signed(), changed(), disclosed({ persons: ['p-1', 'p-3'] })])
      .when(disclose())
      .thenNothing();
    given(disclosureDecider, [signed(), disclosed(), changed()]).when(disclose()).thenNothing();
  });
  it('is that of one office: who came for another, or for a person who is not told, is not named', () => {
    for (const other of [
      // Asked before the yes, and in the place of somebody whom the yes does not name.
      changed({ part: 'ASKED_BOARD', office: ['p-1', 'p-2', 'p-9'], outgoing: 'p-9' }),
      changed({ part: 'ASKED_BOARD' }),
      changed({ proposalId: 'r-2' }),
      changed({ organisation: 'o-other' }),
      changed({ office: ['p-1', 'p-2', 'p-9'], outgoing: 'p-9' }),
    ])
      given(disclosureDecider, [signed(), other]).when(disclose()).then([disclosed()]);
  });
  it('names who came for the board that is asked, for the provider, and for Police at both ends', () => {
    const offices = [
      ['HOME_POLICE', 'HOME_POLICE', 'PROTECTION', 'OSL_35_1', 'identity', undefined],
      ['RECEIVING_POLICE', 'RECEIVING_POLICE', 'PROTECTION', 'OSL_35_1', 'identity', 'r-1'],
      ['RECEIVING_BOARD', 'ASKED_BOARD', 'PLACEMENT_ANSWER', 'OSL_26_1', 'needs', 'r-1'],
      ['HOUSING_PROVIDER', 'HOUSING_PROVIDER', 'ADMISSION', 'SOL_DUTY_OF_SILENCE', 'needs', 'r-1'],
    ] as const;
    for (const [recipientKind, part, purpose, secrecyAtHolder, dataClass, proposalId] of offices) {
      const telling = { recipientKind, purpose, secrecyAtHolder } as const;
      given(disclosureDecider, [signed(), changed({ part, proposalId })])
        .when(disclose(telling, [dataClass]))
        .then([disclosed({ ...telling, persons: ['p-1', 'p-3'] }, [dataClass])]);
    }
  });
  it('names no more of an office on the road than may know, over all that is told to it at once', () => {
    given(disclosureDecider, [signed(), disclosed({ disclosureId: 'd-2', persons: ['p-8'] })])
      .when(disclose())
      .thenRefused('disclosure.too_many_contacts');
    // What the board was told before its yes was told to others, and has its own number.
    const asked = disclosed({ disclosureId: 'd-2', purpose: 'PLACEMENT_ANSWER', persons: ['p-8', 'p-9'] });
    given(disclosureDecider, [signed(), asked]).when(disclose()).then([disclosed()]);
  });
  it('names nobody who is disqualified, and is refused when nobody is left', () => {
    given(disclosureDecider, [signed(), gone])
      .when(disclose())
      .then([disclosed({ persons: ['p-2'] })]);
    given(disclosureDecider, [signed(), gone])
      .when(disclose({ persons: ['p-1'] }))
      .thenRefused('disclosure.no_person_named');
  });
  it('tells the alarm plan to the function, also when everybody who was to be named is disqualified', () => {
    const alarm = { ...rescue, persons: ['p-1'] };
    const told = disclosed({ ...alarm, ...notOnWaiver }, ['address']);
    given(disclosureDecider, [gone])
      .when(disclose(alarm, ['address']))
      .then([told]);
    given(disclosureDecider, [told, gone])
      .when(disclose(alarm, ['address']))
      .thenNothing();
  });
  it('leaves the duty officers of the home board alone: they change by rota', () => {
    const ofBoard = changed({ part: 'HOME_BOARD', proposalId: undefined, organisation: 'o-home' });
    const alarm = { ...rescue, recipientKind: 'HOME_BOARD', recipient: 'o-home' } as const;
    given(disclosureDecider, [ofBoard])
      .when(disclose(alarm, ['address']))
      .then([disclosed({ ...alarm, ...notOnWaiver }, ['address'])]);
  });
});

describe('what was told by letter on an inquiry', () => {
  const letter = {
    caseId,
    subject,
    disclosureId: 'letter-1',
    recipient: 'o-requester',
    persons: ['p-requester'],
    classes: ['address'],
    purpose: 'CRIME_INVESTIGATION',
    legalBasis: 'OSL_10_15_A',
    wording: '2025-12-01',
    protectedBy: ['OSL_26_1', 'OSL_21_3'],
    secrecyAtHolder: 'OSL_34_1',
    requester: 'KRONOFOGDEN',
    inquiryId: 'inquiry-1',
    sources: [{ stream: 'placement-1', event: 'e-1', path: 'address' }],
  } as const;
  const record = (over: Partial<Command<'RecordAnswer'>['data']> = {}): DisclosureCommand => ({
    type: 'RecordAnswer',
    data: { ...letter, ...over },
    at,
    by,
  });
  const recorded: DisclosureEvent = {
    type: 'InformationDisclosed',
    data: { ...letter, recipientKind: 'REQUESTER', foot: 'STATUTE', items: [] },
  };
  it('stands in the ledger of the case: who got it, which classes, on what, from where; also without a waiver', () => {
    for (const before of [[], [signed()], [signed(), withdrawn()]])
      given(disclosureDecider, before).when(record()).then([recorded]);
  });
  it('stands there once, and no withdrawal ends it: a letter is not taken back', () => {
    given(disclosureDecider, [recorded]).when(record()).thenNothing();
    const state = fold(disclosureDecider, [signed(), recorded, withdrawn()]);
    expect(openDisclosuresAt(state, at)).toEqual(['letter-1']);
  });
  it('OSL 3:1: has no end, by time or by order: what protects it is the recipient’s provision, and who knew goes on knowing', () => {
    const end = (reason: 'CASE_CLOSED' | 'NO_LONGER_NEEDED' | 'SUPERSEDED'): DisclosureCommand => ({
      type: 'EndDisclosure',
      data: { caseId, disclosureId: 'letter-1', reason },
      at,
      by,
    });
    for (const reason of ['CASE_CLOSED', 'NO_LONGER_NEEDED', 'SUPERSEDED'] as const)
      given(disclosureDecider, [recorded]).when(end(reason)).thenRefused('disclosure.letter_not_taken_back');
    expect(openDisclosuresAt(fold(disclosureDecider, [recorded]), '2099-01-01T00:00:00.000Z')).toEqual([
      'letter-1',
    ]);
    // An order that came first keeps no telling shut that has left: the line is written all the same.
    const before = disclosureDecider.decide(end('CASE_CLOSED'), fold(disclosureDecider, []));
    expect(before).toHaveLength(1);
    given(disclosureDecider, before).when(record()).then([recorded]);
    given(disclosureDecider, [...before, recorded])
      .when(record())
      .thenNothing();
  });
  it('of nobody else', () => {
    given(disclosureDecider, [signed()])
      .when(record({ subject: 'another' }))
      .thenRefused('disclosure.another_persons_data');
  });
  it('names no part in the case', () => {
    const { data } = recorded as Extract<DisclosureEvent, { type: 'InformationDisclosed' }>;
    expect(officeTold(data)).toBeUndefined();
  });
});
