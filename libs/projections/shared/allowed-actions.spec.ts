import { describe, expect, it } from '@jest/globals';
import { allowedActions, caseStatuses, type Situation } from './allowed-actions.js';

const home = (of: Partial<Extract<Situation, { role: 'HOME_BOARD' }>>): Situation => ({
  role: 'HOME_BOARD',
  status: 'DRAFT',
  waiver: 'ACTIVE',
  supportDecided: true,
  young: false,
  counterPending: false,
  followUpDue: false,
  departurePending: false,
  ...of,
});

describe('what a role may do at a stage', () => {
  it('a home board cannot request before waiver and support decision are there', () => {
    expect(allowedActions(home({}))).toContain('RequestRelocation');
    expect(allowedActions(home({ waiver: 'NONE' }))).not.toContain('RequestRelocation');
    expect(allowedActions(home({ supportDecided: false }))).not.toContain('RequestRelocation');
    expect(allowedActions(home({ status: 'REQUESTED' }))).not.toContain('RequestRelocation');
  });

  it('an active waiver can be withdrawn at every stage of an open case', () => {
    for (const status of caseStatuses.filter((one) => one !== 'CLOSED'))
      expect(allowedActions(home({ status }))).toContain('WithdrawWaiver');
  });

  it('a closed case offers nothing to anybody', () => {
    expect(allowedActions(home({ status: 'CLOSED' }))).toEqual([]);
    expect(
      allowedActions({
        role: 'HOME_POLICE',
        status: 'CLOSED',
        loweringPending: true,
        followUpDue: true,
        inquiryUnseen: false,
      }),
    ).toEqual([]);
    expect(allowedActions({ role: 'NATIONAL_COORDINATOR', status: 'CLOSED', attention: false })).toEqual([]);
    expect(allowedActions({ role: 'RECEIVING_BOARD', status: 'CLOSED' })).toEqual([]);
    expect(allowedActions({ role: 'HOUSING_PROVIDER', status: 'CANCELLED' })).toEqual([]);
  });

  it('whoever may stand there says that the person has left, also of a closed case: never home Police from afar', () => {
    expect(allowedActions(home({ status: 'CLOSED', departurePending: true }))).toEqual(['ConfirmDeparture']);
    expect(allowedActions({ role: 'HOME_DUTY', departurePending: true })).toEqual(['ConfirmDeparture']);
    expect(allowedActions({ role: 'HOME_DUTY', departurePending: false })).toEqual([]);
    const there = { role: 'RECEIVING_POLICE', referral: undefined } as const;
    expect(allowedActions({ ...there, departurePending: true })).toEqual(['ConfirmDeparture']);
    expect(allowedActions({ ...there, departurePending: false })).toEqual([]);
  });

  it('home Police say that they have seen that somebody asked, at every status, also of a closed case', () => {
    const police = { role: 'HOME_POLICE', loweringPending: false, followUpDue: false } as const;
    for (const status of caseStatuses) {
      expect(allowedActions({ ...police, status, inquiryUnseen: true })).toContain('AcknowledgeInquiry');
      expect(allowedActions({ ...police, status, inquiryUnseen: false })).not.toContain('AcknowledgeInquiry');
    }
  });

  it('what needs attention can be settled at every status, also of a closed case', () => {
    for (const status of caseStatuses)
      expect(allowedActions({ role: 'NATIONAL_COORDINATOR', status, attention: true })).toContain(
        'SettleAttention',
      );
  });

  it('a receiving board decides only what was prepared', () => {
    expect(allowedActions({ role: 'RECEIVING_BOARD', status: 'ASKED' })).toEqual(['PrepareAnswer']);
    expect(allowedActions({ role: 'RECEIVING_BOARD', status: 'PREPARED' })).toEqual([
      'PrepareAnswer',
      'DecideAnswer',
    ]);
  });

  it('the coordinator asks one board at a time, and clears only what the provider has admitted', () => {
    const desk = (proposal?: Extract<Situation, { role: 'NATIONAL_COORDINATOR' }>['proposal']) =>
      allowedActions({ role: 'NATIONAL_COORDINATOR', status: 'MATCHING', proposal, attention: false });
    expect(desk()).toEqual(['CheckCandidate', 'OrderProposal']);
    expect(desk('ASKED')).toEqual([]);
    expect(desk('ADMITTED')).toEqual(['ClearPlacement']);
  });
});
