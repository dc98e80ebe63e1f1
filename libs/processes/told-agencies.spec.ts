import { describe, expect, it } from '@jest/globals';
import type { ProcessInput, RecordedEvent } from '#kernel';
import { toldAgencies, type ToldAgenciesState } from './index.js';

const event = (type: string, data: object = {}, agencyKind = 'SOCIAL_BOARD'): ProcessInput => ({
  kind: 'event',
  sealed: [],
  event: {
    type,
    data: { caseId: 'c-1', ...data },
    metadata: { organisation: `o-${agencyKind}`, agencyKind },
  } as unknown as RecordedEvent,
});
const told = (disclosureId: string, recipientKind = 'PROBATION_SERVICE', by?: string): ProcessInput =>
  event('InformationDisclosed', { disclosureId, recipientKind }, by);
const closed = event('CaseClosed');
const after = (...inputs: readonly ProcessInput[]): ToldAgenciesState =>
  inputs.reduce((state, input) => toldAgencies.evolve(state, { input }), toldAgencies.initialState);
const routed = (input: ProcessInput): readonly string[] =>
  input.kind === 'event' ? toldAgencies.route(input.event) : [];

describe('what agencies outside the road of the case were told', () => {
  it('ends when the case is closed, each on behalf of who told it', () => {
    expect(
      toldAgencies.react(closed, after(told('d-1'), told('d-2', 'IVO'), told('d-3', 'SIS', 'POLICE')), {}),
    ).toMatchObject(
      ['d-1', 'd-2', 'd-3'].map((disclosureId) => ({
        command: {
          type: 'EndDisclosure',
          stream: 'disclosure-c-1',
          data: { caseId: 'c-1', disclosureId, reason: 'CASE_CLOSED' },
          onBehalfOf: { agencyKind: disclosureId === 'd-3' ? 'POLICE' : 'SOCIAL_BOARD' },
        },
      })),
    );
  });
  it('ends at once when it was on its way while the case was closed, and a second closing says nothing', () => {
    expect(toldAgencies.react(told('d-1'), after(closed), {})).toMatchObject([
      { command: { type: 'EndDisclosure', data: { disclosureId: 'd-1' } } },
    ]);
    expect(toldAgencies.react(closed, after(told('d-1'), closed), {})).toEqual([]);
    expect(toldAgencies.react(told('d-1'), after(), {})).toEqual([]);
  });
  it('leaves to the relocation process what it tells itself', () => {
    expect(routed(told('d-1', 'HOME_POLICE'))).toEqual([]);
    expect(routed(told('d-1'))).toEqual(['c-1']);
    expect(routed(closed)).toEqual(['c-1']);
  });
  it('asks nothing more when an end is refused: it has ended then', () => {
    const command = { type: 'EndDisclosure', stream: 'disclosure-c-1', data: {}, onBehalfOf: {} };
    for (const kind of ['accepted', 'refused'] as const)
      expect(
        toldAgencies.react({ kind, command, code: 'x' } as unknown as ProcessInput, after(told('d-1')), {}),
      ).toEqual([]);
  });
});

describe('what an authority was told on an inquiry', () => {
  const decided = (over: object = {}): ProcessInput =>
    event('InformationRequestDecided', {
      inquiryId: 'i-1',
      outcome: 'DISCLOSE',
      released: ['address'],
      requester: 'KRONOFOGDEN',
      purpose: 'ENFORCEMENT',
      legalBasis: 'OSL_10_15_A',
      wording: '2025-12-01',
      protectedBy: ['OSL_26_1', 'OSL_21_3'],
      secrecyAtHolder: 'OSL_34_1',
      recipientOrganisation: 'o-requester',
      recipientPerson: 'p-requester',
      ...over,
    });
  it('comes into the ledger of the case: whom, which classes, on what, and from which inquiry; also after the end', () => {
    for (const state of [after(), after(closed)])
      expect(toldAgencies.react(decided(), state, {})).toMatchObject([
        {
          command: {
            type: 'RecordAnswer',
            stream: 'disclosure-c-1',
            data: {
              caseId: 'c-1',
              recipient: 'o-requester',
              persons: ['p-requester'],
              classes: ['address'],
              legalBasis: 'OSL_10_15_A',
              secrecyAtHolder: 'OSL_34_1',
              inquiryId: 'i-1',
            },
            onBehalfOf: { organisation: 'o-SOCIAL_BOARD', agencyKind: 'SOCIAL_BOARD' },
          },
        },
      ]);
    expect(after(told('d-1'), decided())).toEqual(after(told('d-1')));
  });
  it('comes to the inquiry itself where the person has no case, by as many steps; what was refused leaves nothing', () => {
    expect(routed(decided())).toEqual(['c-1']);
    expect(routed(decided({ caseId: undefined }))).toEqual(['i-1']);
    for (const none of [{}, { caseId: undefined }])
      expect(routed(decided({ outcome: 'REFUSE', released: [], ...none }))).toEqual([]);
    const [ofCase, ofNobody] = [decided(), decided({ caseId: undefined })].map((one) =>
      toldAgencies.react(one, after(), {}),
    );
    expect(ofNobody).toMatchObject([
      { command: { type: 'RecordAnswer', stream: 'inquiry-i-1', data: { caseId: 'i-1' } } },
    ]);
    expect(ofNobody).toHaveLength(ofCase!.length);
  });
  it('is not made up where nobody was asked for', () => {
    expect(toldAgencies.react(decided({ recipientPerson: undefined }), after(), {})).toEqual([]);
  });
  const answered = (over: object = {}): ProcessInput =>
    event('StayInquiryAnswered', {
      inquiryId: 'i-1',
      outcome: 'ANSWERED',
      requester: 'KRONOFOGDEN',
      legalBasis: 'SOL_15_7',
      wording: '2025-07-01',
      protectedBy: ['OSL_26_1'],
      secrecyAtHolder: 'OSL_34_1',
      recipientOrganisation: 'o-requester',
      recipientPerson: 'p-requester',
      ...over,
    });
  it('SoL 15:7: that it was told whether somebody stays stands in the ledger, with whom, on what, and never yes or no', () => {
    for (const [caseId, stream] of [
      ['c-1', 'disclosure-c-1'],
      [undefined, 'inquiry-i-1'],
    ] as const) {
      expect(routed(answered({ caseId }))).toEqual([caseId ?? 'i-1']);
      expect(toldAgencies.react(answered({ caseId }), after(closed), {})).toEqual([
        {
          kind: 'send',
          command: {
            type: 'RecordAnswer',
            stream,
            data: {
              caseId: caseId ?? 'i-1',
              disclosureId: expect.any(String),
              recipient: 'o-requester',
              persons: ['p-requester'],
              classes: [],
              matter: 'STAY',
              purpose: 'STAY_CHECK',
              legalBasis: 'SOL_15_7',
              wording: '2025-07-01',
              protectedBy: ['OSL_26_1'],
              secrecyAtHolder: 'OSL_34_1',
              requester: 'KRONOFOGDEN',
              inquiryId: 'i-1',
            },
            onBehalfOf: { organisation: 'o-SOCIAL_BOARD', agencyKind: 'SOCIAL_BOARD' },
          },
        },
      ]);
      expect(routed(answered({ caseId, outcome: 'NOT_ANSWERED' }))).toEqual([]);
    }
  });
});
