import { describe, expect, it } from '@jest/globals';
import { confidential, fold } from '#kernel';
import { given, repeatChangesNothing } from '#kernel/testing';
import { servedDecisionDecider, type ServedDecisionCommand, type ServedDecisionEvent } from './index.js';

const at = '2026-03-02T08:00:00.000Z';
const by = { person: 'p-officer', organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' } as const;
const decision = confidential('social', { registryNumber: 'invented', text: 'invented' });
const address = confidential('address', { provider: 'invented', place: 'invented' });
const facts = {
  caseId: 'case-1',
  subject: 'subject-1',
  decisionId: 'decision-1',
  decidedOn: '2026-03-01',
  decisionType: 'LVU',
} as const;

type Register = Extract<ServedDecisionCommand, { type: 'RegisterServedDecision' }>;
const register = (over: Partial<Register['data']> = {}): Register => ({
  type: 'RegisterServedDecision',
  data: { ...facts, decision, ...over },
  at,
  by,
});
const registered = (over: Partial<Register['data']> = {}): ServedDecisionEvent => ({
  type: 'ServedDecisionRegistered',
  data: { ...facts, decision, ...over, legalBasis: 'OSL_26_7', wording: '2009-06-30' },
});
const placed = {
  caseId: 'case-1',
  subject: 'subject-1',
  decisionId: 'decision-1',
  decidedOn: '2026-03-01',
  placeDecisionId: 'place-1',
  address,
} as const;
const decidePlace = (over: Partial<typeof placed> = {}): ServedDecisionCommand => ({
  type: 'RegisterPlaceDecision',
  data: { ...placed, ...over },
  at,
  by,
});
const placeDecided: ServedDecisionEvent = { type: 'PlaceDecisionRegistered', data: placed };

describe('a decision that is served', () => {
  it.each(['LVU', 'ONE_GUARDIAN_SHELTER'] as const)(
    'OSL 26:7: a decision on %s is registered without place and provider',
    (decisionType) => {
      given(servedDecisionDecider, [])
        .when(register({ decisionType }))
        .then([registered({ decisionType })]);
    },
  );
  it('OSL 26:7 and 21:3: decision and place are refused together, before and after either is there', () => {
    for (const history of [[], [registered()], [registered(), placeDecided]])
      given(servedDecisionDecider, history)
        .when(register({ place: address }))
        .thenRefused('served_decision.place_in_decision', {
          refusal: 'PROVISION_NOT_LIFTED',
          rule: 'OSL_21_3',
        });
  });
  it('OSL 10:3: what a party gets has no field for the place', () => {
    const [event] = servedDecisionDecider.decide(register(), { status: 'NONE' });
    expect(Object.keys(event!.data).sort()).toEqual(
      [
        'caseId',
        'subject',
        'decisionId',
        'decidedOn',
        'decisionType',
        'decision',
        'legalBasis',
        'wording',
      ].sort(),
    );
  });
  it('is registered once, and not of tomorrow', () => {
    expect(repeatChangesNothing(servedDecisionDecider, [], register())).toBe(true);
    given(servedDecisionDecider, [registered()])
      .when(register({ decisionType: 'ONE_GUARDIAN_SHELTER' }))
      .thenRefused('served_decision.already_registered');
    given(servedDecisionDecider, [])
      .when(register({ decidedOn: '2026-03-03' }))
      .thenRefused('served_decision.decided_in_the_future');
  });
});

describe('the decision on the place', () => {
  it('stands by itself, sealed, in an event of its own; another place is another decision', () => {
    given(servedDecisionDecider, [registered()]).when(decidePlace()).then([placeDecided]);
    expect(repeatChangesNothing(servedDecisionDecider, [registered()], decidePlace())).toBe(true);
    const events = servedDecisionDecider.decide(
      decidePlace({ placeDecisionId: 'place-2' as 'place-1' }),
      fold(servedDecisionDecider, [registered(), placeDecided]),
    );
    expect(events.map(({ type }) => type)).toEqual(['PlaceDecisionRegistered']);
  });
  it('is left when somebody says so, each by itself and once, and not before it has happened', () => {
    const { caseId, subject, decisionId, placeDecisionId } = placed;
    const of = { caseId, subject, decisionId, placeDecisionId };
    const left: ServedDecisionEvent = { type: 'DecidedPlaceLeft', data: { ...of, departedAt: at } };
    const confirm = (over: object = {}): ServedDecisionCommand => ({
      type: 'ConfirmPlaceLeft',
      data: { ...of, departedAt: at, ...over },
      at,
      by,
    });
    const second = { ...placed, placeDecisionId: 'place-2' } as const;
    const both: ServedDecisionEvent[] = [
      registered(),
      placeDecided,
      { type: 'PlaceDecisionRegistered', data: second },
    ];
    given(servedDecisionDecider, both).when(confirm()).then([left]);
    given(servedDecisionDecider, [...both, left])
      .when(confirm())
      .thenNothing();
    given(servedDecisionDecider, [...both, left])
      .when(confirm({ placeDecisionId: 'place-2' }))
      .then([{ type: 'DecidedPlaceLeft', data: { ...of, placeDecisionId: 'place-2', departedAt: at } }]);
    given(servedDecisionDecider, both)
      .when(confirm({ departedAt: '2026-03-02T08:00:00.001Z' }))
      .thenRefused('served_decision.left_in_the_future');
    // Of the wrong place: taken back, by the same command, as often as it is said.
    const back: ServedDecisionEvent = { type: 'DecidedPlaceLeft', data: { ...of, departedAt: null } };
    given(servedDecisionDecider, [...both, left])
      .when(confirm({ departedAt: null }))
      .then([back]);
    for (const history of [both, [...both, left, back]])
      given(servedDecisionDecider, history)
        .when(confirm({ departedAt: null }))
        .thenNothing();
    given(servedDecisionDecider, [...both, left, back])
      .when(confirm())
      .then([left]);
    for (const history of [[], [registered()], both])
      given(servedDecisionDecider, history)
        .when(confirm({ placeDecisionId: 'place-3' }))
        .thenRefused('served_decision.not_registered');
  });
  it('belongs to a decision of the same person, and is not of tomorrow', () => {
    given(servedDecisionDecider, []).when(decidePlace()).thenRefused('served_decision.not_registered');
    given(servedDecisionDecider, [registered()])
      .when(decidePlace({ subject: 'subject-2' as 'subject-1' }))
      .thenRefused('served_decision.another_persons_data');
    given(servedDecisionDecider, [registered()])
      .when(decidePlace({ decidedOn: '2026-03-03' as '2026-03-01' }))
      .thenRefused('served_decision.decided_in_the_future');
  });
});
