import { describe, expect, it } from '@jest/globals';
import {
  addDays,
  endOfDay,
  type ProcessInput,
  type ProcessOutput,
  type RecordedEvent,
  startOfDay,
} from '#kernel';
import { protectedDataProcess, type ProtectedDataProcessState } from './protected-data.js';

const caseId = 'c-1';
const at = '2026-03-10T08:00:00.000Z';
const tax = { organisation: 'o-tax', agencyKind: 'TAX_AGENCY' } as const;
const board = { organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' } as const;

const event = (type: string, data: object = {}, by: typeof tax | typeof board = board): ProcessInput => ({
  kind: 'event',
  event: {
    type,
    data: { caseId, ...data },
    metadata: { ...by, occurredAt: at },
  } as unknown as RecordedEvent,
  sealed: [],
});
const granted = (until?: string) =>
  event('ProtectedDataGranted', { protectionId: 'pr-1', ...(until === undefined ? {} : { until }) }, tax);
const fired = (name: string, dueAt = at): ProcessInput => ({ kind: 'deadline', name, dueAt, at: dueAt });
const arrived = event('ArrivalConfirmed');
const assumed = event('IdentityAssumed', { board: 'o-board' });

/** What comes out for the last input, after those before it. */
const outcome = (...inputs: readonly ProcessInput[]): readonly ProcessOutput[] => {
  let state: ProtectedDataProcessState = protectedDataProcess.initialState;
  let outputs: readonly ProcessOutput[] = [];
  for (const input of inputs) {
    outputs = protectedDataProcess.react(input, state, {});
    state = protectedDataProcess.evolve(state, { input });
    for (const output of outputs) state = protectedDataProcess.evolve(state, { output });
  }
  return outputs;
};
const sent = (outputs: readonly ProcessOutput[]) =>
  outputs.flatMap((output) => (output.kind === 'send' ? [output.command] : []));

describe('a protection with a last day', () => {
  const until = '2026-12-31';

  it('is watched: 90 and 30 days before it ends, and when it does', () => {
    expect(outcome(granted(until))).toEqual([
      { kind: 'set-deadline', name: 'reminder:90:pr-1', dueAt: startOfDay(addDays(until, -90)) },
      { kind: 'set-deadline', name: 'reminder:30:pr-1', dueAt: startOfDay(addDays(until, -30)) },
      { kind: 'set-deadline', name: 'expiry:pr-1', dueAt: endOfDay(until) },
    ]);
    expect(outcome(granted())).toEqual([]);
  });

  it('that is shorter than the first reminder is called to mind by the last', () => {
    const last = { kind: 'set-deadline', name: 'reminder:30:pr-1' };
    for (const [day, dueAt] of [
      ['2026-05-01', startOfDay('2026-04-01')],
      ['2026-04-10', startOfDay('2026-03-11')],
      // At the grant: the last reminder is today, or would have been.
      ['2026-04-09', at],
      ['2026-03-24', at],
    ] as const)
      expect(outcome(granted(day))).toEqual([
        { ...last, dueAt },
        { kind: 'set-deadline', name: 'expiry:pr-1', dueAt: endOfDay(day) },
      ]);
    expect(sent(outcome(granted('2026-03-24'), fired('reminder:30:pr-1'))).map(({ data }) => data)).toEqual([
      { caseId, protectionId: 'pr-1', daysLeft: 30 },
    ]);
  });

  it('is reminded of and ended in the name of the agency that decided', () => {
    expect(sent(outcome(granted(until), fired('reminder:90:pr-1')))).toEqual([
      {
        type: 'RemindProtectionExpiry',
        stream: 'protected-data-c-1',
        data: { caseId, protectionId: 'pr-1', daysLeft: 90 },
        onBehalfOf: tax,
      },
    ]);
    expect(sent(outcome(granted(until), fired('expiry:pr-1'))).map(({ type }) => type)).toEqual([
      'ExpireProtection',
    ]);
  });

  it('that has ended is watched no more', () => {
    const ended = event('ProtectedDataEnded', { protectionId: 'pr-1' }, tax);
    expect(outcome(granted(until), ended)).toEqual([
      { kind: 'clear-deadline', name: 'reminder:90:pr-1' },
      { kind: 'clear-deadline', name: 'reminder:30:pr-1' },
      { kind: 'clear-deadline', name: 'expiry:pr-1' },
    ]);
    expect(outcome(granted(until), ended, fired('expiry:pr-1'))).toEqual([]);
  });
});

describe('an application that Skatteverket decides on', () => {
  const applied = (kind = 'SECRECY_MARKING') =>
    event('ProtectedDataRequested', {
      protectionId: 'pr-1',
      subject: 's-1',
      kind,
      appliedBy: 'SELF',
      familyIncluded: false,
      appliedOn: '2026-03-09',
      taxAgency: 'o-tax',
      protectionOfficers: ['p-tax'],
    });
  const refused = event('ProtectedDataRefused', { protectionId: 'pr-1' }, tax);
  const reminded = event('ProtectionExpiryReminded', { protectionId: 'pr-1', daysLeft: 30 }, tax);
  const over = event(
    'ProtectedDataEnded',
    { protectionId: 'pr-1', reason: 'EXPIRED', endedOn: '2026-12-31' },
    tax,
  );
  const tellings = (...inputs: readonly ProcessInput[]) =>
    sent(outcome(...inputs)).filter(({ type }) => type === 'DiscloseInformation');
  const ends = (...inputs: readonly ProcessInput[]) =>
    sent(outcome(...inputs)).filter(({ type }) => type === 'EndDisclosure');

  it('is told to the officers who are named for it, on the application itself, and ends with what it was for', () => {
    const [told] = tellings(applied());
    expect(told).toMatchObject({
      stream: 'disclosure-c-1',
      onBehalfOf: board,
      data: {
        recipientKind: 'TAX_AGENCY',
        recipient: 'o-tax',
        persons: ['p-tax'],
        foot: 'STATUTE',
        legalBasis: 'FOL_16_APPLICATION',
        secrecyAtHolder: 'OSL_22_1',
        refs: [],
        protection: { what: 'REQUESTED', protectionId: 'pr-1', kind: 'SECRECY_MARKING' },
      },
    });
    const { disclosureId } = told!.data as { disclosureId: string };
    for (const last of [refused, over])
      expect(ends(applied(), last)).toMatchObject([{ data: { disclosureId }, onBehalfOf: board }]);
    for (const others of [granted(), reminded, event('CaseClosed')])
      expect(ends(applied(), others)).toEqual([]);
  });

  it('is answered by a telling of Skatteverket to the board, each time', () => {
    const outcomes = [granted('2026-12-31'), refused, reminded, over].map(
      (one) => tellings(applied(), one)[0]!,
    );
    for (const told of outcomes)
      expect(told).toMatchObject({
        onBehalfOf: tax,
        data: { recipientKind: 'HOME_BOARD', recipient: 'o-board', secrecyAtHolder: 'OSL_26_1' },
      });
    expect(outcomes.map(({ data }) => (data as { protection: object }).protection)).toEqual([
      { what: 'GRANTED', protectionId: 'pr-1', until: '2026-12-31' },
      { what: 'REFUSED', protectionId: 'pr-1' },
      { what: 'EXPIRY_REMINDED', protectionId: 'pr-1', daysLeft: 30 },
      { what: 'ENDED', protectionId: 'pr-1', endedOn: '2026-12-31', reason: 'EXPIRED' },
    ]);
    const ids = outcomes.map(({ data }) => (data as { disclosureId: string }).disclosureId);
    expect(new Set(ids).size).toBe(4);
  });

  it('is none for an assumed identity: of that nobody is told', () => {
    expect(outcome(applied('ASSUMED_IDENTITY'))).toEqual([]);
    for (const last of [granted(), refused, over])
      expect([
        ...tellings(applied('ASSUMED_IDENTITY'), last),
        ...ends(applied('ASSUMED_IDENTITY'), last),
      ]).toEqual([]);
  });
});

describe('a registration that a relocation has made wrong', () => {
  const fortnight = '2026-03-24T08:00:00.000Z';

  it('is called to mind every fortnight from arrival, until it was told or withheld', () => {
    expect(outcome(arrived)).toEqual([{ kind: 'set-deadline', name: 'notice', dueAt: fortnight }]);
    const first = outcome(arrived, fired('notice', fortnight));
    expect(sent(first).map(({ data }) => data)).toEqual([{ caseId, number: 1 }]);
    expect(first.at(-1)).toEqual({
      kind: 'set-deadline',
      name: 'notice',
      dueAt: '2026-04-07T08:00:00.000Z',
    });
    const second = outcome(arrived, fired('notice', fortnight), fired('notice', '2026-04-07T08:00:00.000Z'));
    expect(sent(second).map(({ data }) => data)).toEqual([{ caseId, number: 2 }]);
    for (const decided of ['RegistrationNoticeSent', 'RegistrationNoticeWithheld', 'CaseClosed']) {
      expect(outcome(arrived, event(decided))).toEqual([{ kind: 'clear-deadline', name: 'notice' }]);
      expect(outcome(arrived, event(decided), fired('notice', fortnight))).toEqual([]);
    }
    expect(outcome(event('CaseClosed'), arrived)).toEqual([]);
  });

  it('is decided anew at every move: also where the one before was told, withheld or is still open', () => {
    const moved = event('ArrivalConfirmed', { proposalId: 'p-2' });
    const supersedes = [
      {
        type: 'SupersedeRegistrationNotice',
        stream: 'protected-data-c-1',
        data: { caseId, proposalId: 'p-2' },
        onBehalfOf: board,
      },
    ];
    const superseded = event('RegistrationNoticeSuperseded', { proposalId: 'p-2' });
    const told = event('RegistrationNoticeSent');
    const stays = event('RegistrationNoticeWithheld', { reason: 'TEMPORARY_STAY', decidedOn: '2026-03-10' });
    for (const before of [
      [arrived],
      [told],
      [arrived, told],
      [arrived, stays],
      [stays, arrived, superseded],
    ]) {
      expect(sent(outcome(...before, moved))).toEqual(supersedes);
      // Called to mind from then on, as the first; the stay of the move before has nothing more to say.
      const open = [...before, moved, superseded];
      expect(outcome(...open)).toContainEqual({ kind: 'set-deadline', name: 'notice', dueAt: fortnight });
      expect(sent(outcome(...open, fired('notice', fortnight))).map(({ type }) => type)).toEqual([
        'RemindRegistrationNotice',
      ]);
      expect(sent(outcome(...open, fired('stay')))).toEqual([]);
      expect(outcome(...open, told, fired('notice', fortnight))).toEqual([]);
      expect(outcome(...before, event('CaseClosed'), moved)).toEqual([]);
    }
    expect(outcome(arrived, stays, moved, superseded)).toContainEqual({
      kind: 'clear-deadline',
      name: 'stay',
    });
  });
});

describe('the checklist of registers that may give a place away', () => {
  const cleared = (proposalId: string) => event('PlacementCleared', { proposalId });
  const reopens = [
    {
      type: 'ReopenExposedRegisters',
      stream: 'protected-data-c-1',
      data: { caseId, proposalId: 'p-2' },
      onBehalfOf: board,
    },
  ];

  it('is opened anew for every further place: also where nobody ever came to the first', () => {
    for (const before of [
      [cleared('p-1')],
      [cleared('p-1'), event('DepartureConfirmed')],
      [cleared('p-1'), arrived, event('RegistrationNoticeSent')],
      [arrived],
    ])
      expect(sent(outcome(...before, cleared('p-2')))).toEqual(reopens);
    // What was seen to before the first place was seen to for it.
    expect(outcome(cleared('p-1'))).toEqual([]);
    expect(outcome(event('RegistrationNoticeSent'), cleared('p-1'))).toEqual([]);
    expect(outcome(cleared('p-1'), event('CaseClosed'), cleared('p-2'))).toEqual([]);
  });
});

describe('a notice that was withheld for a reason that may pass', () => {
  const withheld = (reason: string) =>
    event('RegistrationNoticeWithheld', { reason, decidedOn: '2026-03-10' });
  const refused = event('ProtectedDataRefused', { protectionId: 'pr-1' }, tax);
  const ended = (reason: string) => event('ProtectedDataEnded', { protectionId: 'pr-1', reason }, tax);
  const reopened = event('RegistrationNoticeReopened');
  const reopens = [
    {
      type: 'ReopenRegistrationNotice',
      stream: 'protected-data-c-1',
      data: { caseId },
      onBehalfOf: board,
    },
  ];

  it('is brought to decision again when the protection is refused or has ended, in the name of the board', () => {
    for (const reason of ['PROTECTION_APPLIED_FOR', 'TEMPORARY_STAY'])
      for (const passed of [refused, ended('EXPIRED'), ended('OWN_NOTICE'), ended('SPECIAL_REASONS')])
        expect(sent(outcome(withheld(reason), passed))).toEqual(reopens);
    // A newer protection holds, the reason is another, it was told since, or there is no case any more.
    const asked = withheld('PROTECTION_APPLIED_FOR');
    expect(sent(outcome(asked, ended('REPLACED')))).toEqual([]);
    expect(sent(outcome(asked, withheld('PERSECUTION'), refused))).toEqual([]);
    expect(sent(outcome(asked, event('RegistrationNoticeSent'), refused))).toEqual([]);
    expect(sent(outcome(asked, event('CaseClosed'), refused))).toEqual([]);
    expect(sent(outcome(refused))).toEqual([]);
  });

  it('is called to mind again from then on, where the person has arrived', () => {
    const asked = withheld('PROTECTION_APPLIED_FOR');
    expect(outcome(arrived, asked, refused, reopened)).toEqual([
      { kind: 'set-deadline', name: 'notice', dueAt: '2026-03-24T08:00:00.000Z' },
    ]);
    expect(sent(outcome(arrived, asked, refused, reopened, fired('notice'))).map(({ type }) => type)).toEqual(
      ['RemindRegistrationNotice'],
    );
    expect(outcome(asked, refused, reopened)).toEqual([]);
    expect(sent(outcome(asked, refused, reopened, refused))).toEqual([]);
  });

  it('for a temporary stay comes back when the stay has lasted half a year, and not when it was decided otherwise', () => {
    const stay = withheld('TEMPORARY_STAY');
    expect(outcome(stay)).toContainEqual({
      kind: 'set-deadline',
      name: 'stay',
      dueAt: startOfDay('2026-09-06'),
    });
    expect(sent(outcome(stay, fired('stay')))).toEqual(reopens);
    for (const other of [
      withheld('PERSECUTION'),
      event('RegistrationNoticeSent'),
      event('CaseClosed'),
      reopened,
    ]) {
      expect(outcome(stay, other)).toContainEqual({ kind: 'clear-deadline', name: 'stay' });
      expect(sent(outcome(stay, other, fired('stay')))).toEqual([]);
    }
  });
});

describe('a person who has become somebody else', () => {
  const refused = (code: string): ProcessInput => {
    const [command] = sent(outcome(assumed));
    return { kind: 'refused', command: command!, code, at };
  };

  it('has a case no more: it is closed with the code that others have, too', () => {
    expect(sent(outcome(assumed))).toEqual([
      {
        type: 'CloseCase',
        stream: 'relocation-c-1',
        data: { caseId, code: 'HANDED_OVER' },
        onBehalfOf: board,
      },
    ]);
    expect(outcome(event('CaseClosed'), assumed)).toEqual([]);
  });

  it('may still stand at a place: the closing waits for the departure', () => {
    expect(outcome(assumed, refused('relocation.departure_pending'))).toEqual([]);
    const departed = event('DepartureConfirmed');
    expect(
      sent(outcome(assumed, refused('relocation.departure_pending'), departed)).map(({ type }) => type),
    ).toEqual(['CloseCase']);
    expect(outcome(assumed, event('CaseClosed'), departed)).toEqual([]);
    expect(outcome(departed)).toEqual([]);
  });

  it('is a task when the case cannot be closed for any other reason, and never hangs in silence', () => {
    expect(outcome(assumed, refused('relocation.already_closed'))).toEqual([]);
    const [task] = sent(outcome(assumed, refused('relocation.not_opened')));
    expect(task).toEqual({
      type: 'RequestAttention',
      stream: 'consent-c-1',
      data: { caseId, step: 'CloseCase', code: 'relocation.not_opened' },
      onBehalfOf: board,
    });
    expect(outcome(assumed, { kind: 'refused', command: task!, code: 'x.y', at })).toEqual([]);
    expect(outcome(assumed, { kind: 'accepted', command: task!, at })).toEqual([]);
  });

  it('nothing is done about a case of which nothing was heard', () => {
    expect(outcome(fired('expiry:pr-1'))).toEqual([]);
    expect(() => outcome(arrived, fired('unheard'))).toThrow('never sets');
  });
});
