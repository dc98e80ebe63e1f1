import { describe, expect, it } from '@jest/globals';
import { addHours, type ProcessInput, type ProcessOutput } from '#kernel';
import { rules2026 } from '#domain/coordination';
import { type DisclosureState, openDisclosuresAt } from '#domain/disclosure';
import { closeCodes, settledCodes } from '#domain/relocation';
import { followUpDueAt, relocationProcess } from './index.js';
import { type CaseState, keyOf, type RelocationProcessState, type Stage } from './relocation-state.js';
import type { DiscloseData, SentType } from './system-commands.js';
import { Country, people, type ProcessStep } from './testing/index.js';

const rules = rules2026.rules;
const sent = (outputs: readonly ProcessOutput[]): string[] =>
  outputs.flatMap((output) => (output.kind === 'send' ? [output.command.type] : []));
const stateOf = (country: Country): RelocationProcessState =>
  country.relocation().state as RelocationProcessState;
const stageOf = (country: Country): Stage | undefined => {
  const state = stateOf(country);
  return state.status === 'RUNNING' || state.status === 'CLOSING' ? state.proposals[0]?.stage : undefined;
};

/** Every stage of the main path, each with the step that leads there from the one before. */
const path: readonly (readonly [string, (country: Country) => void])[] = [
  ['requested', (country) => country.request()],
  ['assessed', (country) => country.assess()],
  ['checked', (country) => (country.declareCapacity(), country.check())],
  ['asked', (country) => country.order()],
  ['accepted', (country) => country.answer({ kind: 'ACCEPT' })],
  ['admitted', (country) => country.admit()],
  ['cleared', (country) => country.clear()],
  ['in transfer', (country) => country.transfer()],
  ['arrived', (country) => country.arrive()],
];

const countryAt = (stage: string, country = new Country(), waiverUntil = '2028-03-01'): Country => {
  country.openCase();
  country.signWaiver('case-1', waiverUntil);
  for (const [name, step] of path) {
    step(country);
    if (name === stage) return country;
  }
  throw new Error(`no such stage: ${stage}`);
};

const free = (country: Country): void => {
  expect(country.state('area-area-token')).toEqual({ status: 'EMPTY' });
  expect(country.state<{ reservations: object }>('destination-board-1').reservations).toEqual({});
};
const held = (country: Country): void => {
  expect(country.state('area-area-token')).toMatchObject({ occupants: { 'proposal-1': {} } });
  expect(country.state('destination-board-1')).toMatchObject({ reservations: { 'proposal-1': {} } });
};

describe('the relocation process on the main path', () => {
  it('claims the person as soon as the case is open, and asks for nothing else', () => {
    const country = new Country();
    country.openCase();
    expect(country.types('claim-subject-1')).toEqual(['SubjectClaimed']);
    expect(country.open()).toEqual([]);
  });

  it('tells home Police and the coordinator what they need when the relocation is requested', () => {
    const country = countryAt('requested');
    expect(country.open()).toEqual([
      'HOME_POLICE THREAT_ASSESSMENT WAIVER',
      'NATIONAL_COORDINATOR COORDINATION WAIVER',
    ]);
    expect(country.types('threat-assessment-case-1')).toEqual(['ReassessmentOrdered']);
  });

  it('asks the receiving board only when area and capacity are reserved', () => {
    const country = countryAt('asked');
    expect(country.types('consent-case-1')).toEqual([
      'CandidateChecked',
      'ProposalOrdered',
      'PlacementProposed',
    ]);
    held(country);
    expect(country.open()).toContain('RECEIVING_BOARD PLACEMENT_ANSWER WAIVER');
  });

  it('after a yes tells the two receivers and the director, and no longer the whole board', () => {
    const country = countryAt('accepted');
    expect(country.open()).toContain('RECEIVING_BOARD RECEPTION WAIVER');
    expect(country.open()).toContain('HOUSING_PROVIDER ADMISSION WAIVER');
    expect(country.open()).not.toContain('RECEIVING_BOARD PLACEMENT_ANSWER WAIVER');
    expect(country.types('placement-proposal-1')).toEqual(['AdmissionRequested']);
    // An age band and a code, no name: all that the director may know before the admission.
    expect(country.log.find(({ type }) => type === 'AdmissionRequested')?.data).toMatchObject({
      ageBand: '21_24',
      referenceCode: 'R-1',
    });
  });

  it('tells identity, destination and the alarm plan only at clearance', () => {
    const before = countryAt('admitted');
    expect(before.open().filter((telling) => /PROTECTION|ALARM/.test(telling))).toEqual([]);
    const country = countryAt('cleared');
    expect(country.open()).toEqual([
      'HOME_BOARD ALARM RESCUE',
      'HOME_BOARD SUPPORT WAIVER',
      'HOME_BOARD SUPPORT WAIVER',
      'HOME_POLICE PROTECTION WAIVER',
      'HOME_POLICE THREAT_ASSESSMENT WAIVER',
      'HOUSING_PROVIDER ADMISSION WAIVER',
      'HOUSING_PROVIDER ADMISSION WAIVER',
      'NATIONAL_COORDINATOR COORDINATION WAIVER',
      'RECEIVING_BOARD RECEPTION WAIVER',
      'RECEIVING_BOARD RECEPTION WAIVER',
      'RECEIVING_BOARD RECEPTION WAIVER',
      'RECEIVING_POLICE ALARM RESCUE',
      'RECEIVING_POLICE PROTECTION WAIVER',
      'RECEIVING_POLICE PROTECTION WAIVER',
    ]);
    expect(country.state('area-area-token')).toMatchObject({
      occupants: { 'proposal-1': { status: 'CONFIRMED' } },
    });
    expect(country.refusals).toEqual([]);
  });

  describe('tells the advice of Police, which is the alarm plan, to everybody who is there', () => {
    type Told = {
      disclosureId: string;
      recipientKind: string;
      proposalId?: string;
      classes: string[];
      items: { event: string }[];
    };
    /** Open tellings of advice under the placement: to whom, and of which assessment. */
    const advised = (country: Country): string[] => {
      const open = new Set(
        openDisclosuresAt(country.state<DisclosureState>('disclosure-case-1'), country.now),
      );
      const assessments = country.log.filter(({ type }) => type === 'ThreatAssessed').map(({ id }) => id);
      return country.log
        .filter(({ type, data }) => type === 'InformationDisclosed' && open.has((data as Told).disclosureId))
        .map(({ data }) => data as unknown as Told)
        .filter(({ proposalId, classes }) => proposalId !== undefined && classes.includes('threat-advice'))
        .map(({ recipientKind, items }) => `${recipientKind} ${assessments.indexOf(items[0]!.event) + 1}`)
        .sort();
    };
    const everybody = (version: number) =>
      ['HOUSING_PROVIDER', 'RECEIVING_BOARD', 'RECEIVING_POLICE'].map((kind) => `${kind} ${version}`);

    it('from clearance, and not before', () => {
      expect(advised(countryAt('admitted'))).toEqual([]);
      expect(advised(countryAt('cleared'))).toEqual(everybody(1));
    });

    it.each(['cleared', 'in transfer', 'arrived'])(
      '%s: again when it is given anew, in place of the old',
      (at) => {
        const country = countryAt(at);
        country.wait(1);
        country.assess();
        expect(advised(country)).toEqual(everybody(2));
        expect(country.refusals).toEqual([]);
      },
    );

    it('longer than the assessment holds, and no longer than the case', () => {
      const country = countryAt('arrived');
      country.wait(24 * 35);
      expect(country.types('threat-assessment-case-1')).toContain('AssessmentExpired');
      expect(advised(country)).toEqual(everybody(1));
      country.close('RETURNED');
      expect(advised(country)).toEqual([]);
    });

    it('on the waiver alone', () => {
      const country = countryAt('arrived');
      country.withdrawWaiver();
      expect(advised(country)).toEqual([]);
    });
  });

  it('never tells identity and place together', () => {
    const country = countryAt('arrived');
    for (const event of country.log.filter(({ type }) => type === 'InformationDisclosed')) {
      const { classes } = event.data as { classes: string[] };
      expect(classes.includes('identity') && classes.some((one) => /destination|address/.test(one))).toBe(
        false,
      );
    }
  });

  it('orders one follow-up at a time on the dates of the rules', () => {
    const country = countryAt('arrived');
    const arrived = country.now;
    country.wait(23);
    country.followUp(1);
    country.waitUntil(followUpDueAt(rules.followUps, arrived, 2));
    expect(country.types('placement-proposal-1').slice(-4)).toEqual([
      'FollowUpRecorded',
      'FollowUpOrdered',
      'FollowUpMissed',
      'FollowUpOrdered',
    ]);
  });

  it('counts follow-ups as 24 h, 72 h, 7 d, 30 d, then every 30 d, after 6 months every 90 d', () => {
    const days = (number: number) =>
      (Date.parse(followUpDueAt(rules.followUps, '2026-01-01T00:00:00.000Z', number)) -
        Date.parse('2026-01-01T00:00:00.000Z')) /
      86_400_000;
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(days)).toEqual([
      1, 3, 7, 30, 60, 90, 120, 150, 180, 270, 360,
    ]);
  });

  it('carries a case of 400 days to its closing, with every follow-up and reassessment', () => {
    const country = countryAt('arrived');
    const arrived = country.now;
    const count = (type: string) =>
      country.types('placement-proposal-1').filter((one) => one === type).length;
    for (let halfDay = 1; halfDay <= 800; halfDay += 1) {
      const awaited = count('FollowUpOrdered');
      // Held on its day, before it is due.
      if (followUpDueAt(rules.followUps, arrived, awaited) <= addHours(country.now, 12))
        country.followUp(awaited);
      country.wait(12);
      if (country.types('threat-assessment-case-1').at(-1) === 'ReassessmentOrdered') country.assess();
      if (halfDay === 400) country.startClosing();
    }
    expect(count('FollowUpRecorded')).toBe(11);
    expect(count('FollowUpMissed')).toBe(0);
    expect(country.types('threat-assessment-case-1')).not.toContain('AssessmentExpired');
    country.close('ESTABLISHED');
    expect(stateOf(country).status).toBe('ENDED');
    expect(country.open()).toEqual([]);
    free(country);
    expect(country.types('claim-subject-1').at(-1)).toBe('ClaimReleased');
    expect(country.types('placement-proposal-1').at(-1)).toBe('PlacementEnded');
    expect(country.refusals).toEqual([]);
  });
});

describe('repeated and late inputs', () => {
  const steps = (): { country: Country; taken: readonly ProcessStep[] } => {
    const country = countryAt('arrived');
    country.followUp(1);
    country.withdrawWaiver();
    country.depart();
    country.close('WITHDRAWN');
    return { country, taken: country.relocation().steps };
  };

  it('every input that comes again, at once or at any later time, changes nothing', () => {
    const { taken } = steps();
    let state = relocationProcess.initialState;
    const past: ProcessInput[] = [];
    let replayed = 0;
    for (const { input, outputs } of taken) {
      expect(relocationProcess.react(input, state, { rules })).toEqual(outputs);
      state = relocationProcess.evolve(state, { input });
      for (const output of outputs) state = relocationProcess.evolve(state, { output });
      past.push(input);
      for (const again of past) {
        expect({ again, outputs: relocationProcess.react(again, state, { rules }) }).toEqual({
          again,
          outputs: [],
        });
        replayed += 1;
      }
    }
    expect(replayed).toBeGreaterThan(1_000);
    expect(state.status).toBe('ENDED');
  });

  it('an event of a case that it never saw opened is left alone', () => {
    const { taken } = steps();
    for (const { input } of taken.slice(1))
      expect(relocationProcess.react(input, relocationProcess.initialState, { rules })).toEqual([]);
  });

  it('a clock that was cleared or replaced is a no-op when it fires after all', () => {
    const country = countryAt('asked');
    const before = stateOf(country) as CaseState;
    const name = 'proposal-answer:proposal-1';
    const dueAt = before.deadlines[name]!;
    country.answer({ kind: 'ACCEPT' });
    const late: ProcessInput = { kind: 'deadline', name, dueAt, at: dueAt };
    expect(relocationProcess.react(late, stateOf(country), { rules })).toEqual([]);
    expect(sent(relocationProcess.react(late, before, { rules }))).toEqual(['ExpireProposal']);
  });
});

describe('answers and clocks', () => {
  it('shows Police the date of the first assessment, and that it is overdue', () => {
    const country = countryAt('requested');
    country.wait(24 * 7);
    const orders = country.log.filter(({ type }) => type === 'ReassessmentOrdered').map(({ data }) => data);
    expect(orders).toEqual([
      { caseId: 'case-1', reason: 'FIRST', dueAt: '2026-03-05T23:00:00.000Z' },
      { caseId: 'case-1', reason: 'OVERDUE', dueAt: '2026-03-05T23:00:00.000Z' },
    ]);
    country.assess();
    expect(Object.keys((stateOf(country) as CaseState).deadlines).sort()).toEqual([
      'assessment-expiry',
      'reassessment',
    ]);
  });

  it('orders the next assessment before the old one runs out, and records when it has', () => {
    const country = countryAt('requested');
    country.assess('HIGH');
    country.wait(24 * 8);
    expect(country.types('threat-assessment-case-1')).toEqual([
      'ReassessmentOrdered',
      'ThreatAssessed',
      'ReassessmentOrdered',
      'AssessmentExpired',
      'ReassessmentOrdered',
    ]);
  });

  it('drops a referred candidate when Police stay silent, and not when they answer in time', () => {
    const silent = countryAt('assessed');
    silent.check('candidate-1', 'REFER_TO_POLICE');
    silent.wait(24);
    expect(silent.types('consent-case-1')).toEqual(['CandidateChecked', 'ReferralExpired']);
    const answered = countryAt('assessed');
    answered.check('candidate-1', 'REFER_TO_POLICE');
    answered.consent(
      'AnswerReferral',
      { caseId: 'case-1', candidateId: 'candidate-1', answer: 'CLEAR' },
      people.receivingPolice,
    );
    answered.wait(48);
    expect(answered.types('consent-case-1')).toEqual(['CandidateChecked', 'ReferralAnswered']);
  });

  it('reminds a silent board, lets the proposal expire and gives everything back', () => {
    const country = countryAt('asked');
    country.wait(24 * 8);
    expect(country.types('consent-case-1').slice(-2)).toEqual(['ProposalReminded', 'ProposalExpired']);
    free(country);
    expect(country.open().filter((telling) => telling.startsWith('RECEIVING'))).toEqual([]);
    country.check('candidate-2');
    country.order('proposal-2', 'candidate-2');
    expect(country.types('consent-case-1').at(-1)).toBe('PlacementProposed');
  });

  it('a board that says no is out of it at once', () => {
    const country = countryAt('asked');
    country.answer({ kind: 'DECLINE', reason: 'LOCAL_RISK' });
    free(country);
    expect(country.open().filter((telling) => telling.startsWith('RECEIVING'))).toEqual([]);
  });

  it('keeps the reservations through a counter-proposal and asks the board again', () => {
    const country = countryAt('asked');
    country.answer({ kind: 'COUNTER', terms: { kind: 'START_DATE', startOn: '2026-04-01' } });
    expect(stageOf(country)).toBe('COUNTERED');
    held(country);
    country.wait(24 * 5);
    country.approveCounter();
    expect(stageOf(country)).toBe('ASKED');
    country.wait(24 * 3);
    expect(country.open()).toContain('RECEIVING_BOARD PLACEMENT_ANSWER WAIVER');
    country.answer({ kind: 'ACCEPT' });
    expect(stageOf(country)).toBe('ACCEPTED');
  });

  it('a home board that never answers a counter-proposal lets it expire', () => {
    const country = countryAt('asked');
    country.answer({ kind: 'COUNTER', terms: { kind: 'START_DATE', startOn: '2026-04-01' } });
    country.wait(24 * 8);
    expect(country.types('consent-case-1').at(-1)).toBe('ProposalExpired');
    free(country);
  });

  it('makes a missed clearance a task, and an arrival that does not come an alarm', () => {
    const pending = countryAt('admitted');
    pending.wait(24 * 4);
    expect(pending.log.find(({ type }) => type === 'AttentionRequested')?.data).toEqual({
      caseId: 'case-1',
      step: 'ClearPlacement',
      code: 'placement.clearance_overdue',
    });
    const granted = pending.log.find(({ type }) => type === 'AdmissionGranted')!;
    const { clearanceDueAt } = granted.data as { clearanceDueAt: string };
    expect(pending.log.find(({ type }) => type === 'AttentionRequested')?.metadata.occurredAt).toBe(
      clearanceDueAt,
    );
    const onTheWay = countryAt('in transfer');
    onTheWay.wait(24 * 3);
    expect(onTheWay.types('placement-proposal-1')).toContain('ArrivalOverdue');
    onTheWay.arrive();
    expect(stageOf(onTheWay)).toBe('ARRIVED');
  });
});

describe('withdrawal of the waiver, at every stage', () => {
  const early = ['requested', 'assessed', 'checked', 'asked', 'accepted', 'admitted'];
  it.each(early)('%s: everything ends, nothing is held, nobody is awaited', (stage) => {
    const country = countryAt(stage);
    country.withdrawWaiver();
    expect(country.open()).toEqual([]);
    expect(stageOf(country)).toBeUndefined();
    if (country.types('area-area-token').length > 0) free(country);
    expect(country.log.some(({ data }) => 'reason' in data && data.reason === 'WITHDRAWAL')).toBe(true);
    expect(country.refusals).toEqual([]);
  });

  it.each(['cleared', 'in transfer', 'arrived'])(
    '%s: rescuers keep the alarm plan and the place stays held until the departure is confirmed',
    (stage) => {
      const country = countryAt(stage);
      country.withdrawWaiver();
      expect(country.open()).toEqual(['HOME_BOARD ALARM RESCUE', 'RECEIVING_POLICE ALARM RESCUE']);
      expect(stageOf(country)).toBe('LEAVING');
      held(country);
      country.wait(24 * 60);
      expect(country.open()).toHaveLength(2);
      country.depart();
      expect(country.open()).toEqual([]);
      free(country);
      expect(country.refusals).toEqual([]);
    },
  );

  it.each([...early, 'cleared', 'in transfer', 'arrived'])(
    '%s, while the worker sleeps: it ends the same way when it wakes',
    (stage) => {
      const country = new Country();
      country.openCase();
      country.signWaiver();
      for (const [name, step] of path) {
        step(country);
        if (name === stage) break;
      }
      country.asleep = true;
      country.withdrawWaiver();
      country.now = '2026-03-02T20:00:00.000Z';
      country.asleep = false;
      country.settle();
      expect(country.open().every((telling) => telling.endsWith('RESCUE'))).toBe(true);
      expect(['LEAVING', undefined]).toContain(stageOf(country));
    },
  );

  it('a withdrawal between clearance and the telling takes the clearance back, and nobody learns who or where', () => {
    const country = countryAt('admitted');
    country.asleep = true;
    country.clear();
    country.asleep = false;
    country.deliver();
    // The commands of the clearance are issued and not yet sent.
    country.asleep = true;
    country.withdrawWaiver();
    country.asleep = false;
    while (country.dispatch());
    country.settle();
    expect(country.types('placement-proposal-1').at(-1)).toBe('ClearanceTakenBack');
    expect(country.open()).toEqual([]);
    free(country);
  });

  describe('a waiver that runs out by its date while the person is there, and nobody has recorded a move', () => {
    const plan = ['HOME_BOARD ALARM RESCUE', 'RECEIVING_POLICE ALARM RESCUE'];
    const untold = (country: Country, code: string) =>
      country.refusals.filter(
        ({ command, code: refused }) => command.type === 'DiscloseInformation' && refused === code,
      );

    it('takes no rescue away when Police assess anew: rescuers keep the plan, the coordinator gets a task', () => {
      const country = countryAt('cleared', new Country(), '2026-03-06');
      country.waitUntil('2026-03-07T20:00:00.000Z');
      expect(country.types('placement-proposal-1')).toContain('ArrivalOverdue');
      country.assess('HIGH');
      expect(untold(country, 'disclosure.waiver_lapsed')).not.toEqual([]);
      expect(country.open()).toEqual(plan);
      held(country);
      expect(country.types('placement-proposal-1')).not.toContain('ClearanceTakenBack');
      expect(country.log.filter(({ type }) => type === 'AttentionRequested').at(-1)?.data).toMatchObject({
        step: 'DiscloseInformation',
        code: 'disclosure.waiver_lapsed',
      });
      // Whoever records it late can, and a new waiver tells the case again.
      country.arrive();
      expect(stageOf(country)).toBe('ARRIVED');
      expect(country.open()).toEqual(plan);
    });

    it('nor where the worker slept over the clearance: it is ended then, and the departure awaited', () => {
      const country = countryAt('admitted', new Country(), '2026-03-06');
      country.asleep = true;
      country.clear();
      country.now = '2026-03-07T20:00:00.000Z';
      country.asleep = false;
      country.settle();
      expect(untold(country, 'disclosure.waiver_lapsed')).not.toEqual([]);
      expect(stageOf(country)).toBe('LEAVING');
      expect(country.open()).toEqual(plan);
      held(country);
      country.depart();
      expect(country.open()).toEqual([]);
      free(country);
    });

    it.each(['disclosure.waiver_lapsed', 'disclosure.no_person_named'])(
      'nor any other telling that is refused after those of the clearance (%s)',
      (code) => {
        const country = countryAt('cleared');
        country.assess('HIGH');
        const later = country
          .relocation()
          .steps.flatMap(({ outputs }) => outputs)
          .flatMap((output) =>
            output.kind === 'send' && output.command.type === 'DiscloseInformation' ? [output.command] : [],
          )
          .findLast(({ data }) => 'proposalId' in data)!;
        country.take(country.relocation(), { kind: 'refused', command: later, code, at: country.now });
        country.settle();
        expect(stageOf(country)).toBe('CLEARED');
        expect(country.open()).toEqual(expect.arrayContaining(plan));
        expect(country.log.at(-1)).toMatchObject({ type: 'AttentionRequested', data: { code } });
      },
    );
  });

  it('a new waiver does not carry what was on its way when the old one went', () => {
    const country = countryAt('admitted');
    country.asleep = true;
    country.clear();
    country.withdrawWaiver();
    country.signWaiver();
    country.asleep = false;
    country.settle();
    expect(country.open()).toEqual([
      'HOME_BOARD ALARM RESCUE',
      'HOME_BOARD SUPPORT WAIVER',
      'HOME_POLICE THREAT_ASSESSMENT WAIVER',
      'NATIONAL_COORDINATOR COORDINATION WAIVER',
      'RECEIVING_POLICE ALARM RESCUE',
    ]);
  });

  it('a withdrawal that overtakes nobody: cleared first, heard of second, then the end awaits the departure', () => {
    const country = countryAt('admitted');
    country.asleep = true;
    country.withdrawWaiver();
    // The coordinator read the waiver a moment before.
    country.clear('proposal-1', 'case-1', 1);
    country.asleep = false;
    country.settle();
    expect(country.types('placement-proposal-1').slice(-2)).toEqual(['PlacementCleared', 'PlacementEnded']);
    expect(stageOf(country)).toBe('LEAVING');
    expect(country.open()).toEqual(['HOME_BOARD ALARM RESCUE', 'RECEIVING_POLICE ALARM RESCUE']);
  });

  it('a new waiver later carries again what the case needs, and a new proposal can be made', () => {
    const country = countryAt('asked');
    country.withdrawWaiver();
    country.wait(24 * 21);
    country.signWaiver();
    expect(country.open()).toEqual(expect.arrayContaining(['HOME_POLICE THREAT_ASSESSMENT WAIVER']));
    country.assess();
    country.check('candidate-2');
    country.order('proposal-2', 'candidate-2');
    expect(country.types('consent-case-1').at(-1)).toBe('PlacementProposed');
  });
});

describe('refusals', () => {
  const refusedAt = (stage: string, type: SentType, code: string, matches?: object) => {
    const country = countryAt(stage);
    const command = country
      .relocation()
      .steps.flatMap(({ outputs }) => outputs)
      .flatMap((output) => (output.kind === 'send' ? [output.command] : []))
      .findLast(
        (one) =>
          one.type === type &&
          Object.entries(matches ?? {}).every(
            ([key, value]) => (one.data as Record<string, unknown>)[key] === value,
          ),
      );
    if (!command) throw new Error(`${type} was never sent`);
    return {
      country,
      outputs: country.take(country.relocation(), { kind: 'refused', command, code, at: country.now }),
    };
  };

  it('an area that has moved on gives the candidate back for a new check', () => {
    const country = countryAt('checked');
    country.noteAdversary();
    country.order();
    expect(country.log.at(-1)).toMatchObject({ type: 'ProposalAbandoned', data: { reason: 'CHECK_AGAIN' } });
    free(country);
  });

  it('a full board releases the area again', () => {
    const country = countryAt('assessed');
    country.declareCapacity(0);
    country.check();
    country.order();
    expect(country.types('area-area-token')).toEqual(['AreaReserved', 'AreaReleased']);
    expect(country.types('consent-case-1').at(-1)).toBe('ProposalAbandoned');
  });

  it('a proposal that waited too long for its reservations is abandoned and everything released', () => {
    const country = countryAt('checked');
    country.asleep = true;
    country.order();
    country.now = '2026-03-20T08:00:00.000Z';
    country.asleep = false;
    country.settle();
    expect(country.types('consent-case-1').at(-1)).toBe('ProposalAbandoned');
    free(country);
  });

  const voids: readonly [string, SentType, string, readonly string[]][] = [
    ['asked', 'DiscloseInformation', 'disclosure.waiver_lapsed', ['WithdrawProposal', 'ReleaseArea']],
    ['asked', 'DiscloseInformation', 'disclosure.no_person_named', ['RequestAttention', 'WithdrawProposal']],
    ['accepted', 'SetAreaHousing', 'area.not_reserved', ['WithdrawProposal', 'EndPlacement']],
    ['accepted', 'ReserveCapacity', 'destination.full', ['WithdrawProposal', 'EndPlacement']],
    ['accepted', 'RequestAdmission', 'placement.nobody_to_ask', ['RequestAttention', 'ReleaseArea']],
    ['cleared', 'ConfirmArea', 'area.not_reserved', ['TakeClearanceBack']],
    ['cleared', 'ConfirmCapacity', 'destination.full', ['TakeClearanceBack']],
    ['arrived', 'OrderFollowUp', 'placement.follow_up_open', ['RequestAttention']],
    ['arrived', 'ConfirmArea', 'area.not_reserved', ['RequestAttention']],
    ['requested', 'ClaimSubject', 'operations.command-skipped', ['RequestAttention']],
    ['requested', 'OrderReassessment', 'operations.command-skipped', ['RequestAttention']],
    ['requested', 'DiscloseInformation', 'disclosure.waiver_lapsed', ['RequestAttention']],
  ];
  it.each(voids)('%s: a refused %s (%s) is settled', (stage, type, code, expected) => {
    expect(sent(refusedAt(stage, type, code).outputs)).toEqual(expect.arrayContaining([...expected]));
  });

  it('an alarm plan that could not be told is a task at once and undoes nothing', () => {
    const { outputs } = refusedAt('cleared', 'DiscloseInformation', 'disclosure.no_person_named', {
      foot: 'RESCUE',
    });
    expect(sent(outputs)).toEqual(['RequestAttention']);
  });

  it('a clearance that cannot be taken back because somebody is on the way is ended, and the departure awaited', () => {
    const country = countryAt('cleared');
    country.asleep = true;
    country.transfer();
    const { steps } = country.relocation();
    const telling = steps
      .flatMap(({ outputs }) => outputs)
      .flatMap((output) =>
        output.kind === 'send' && output.command.type === 'DiscloseInformation' ? [output.command] : [],
      )
      .findLast(({ data }) => (data as { foot: string }).foot === 'WAIVER')!;
    country.take(country.relocation(), {
      kind: 'refused',
      command: telling,
      code: 'disclosure.waiver_lapsed',
      at: country.now,
    });
    country.asleep = false;
    country.settle();
    expect(stageOf(country)).toBe('LEAVING');
    expect(country.open()).toEqual(expect.arrayContaining(['RECEIVING_POLICE ALARM RESCUE']));
    held(country);
  });
});

describe('things that change on the way', () => {
  it('a provider that says no gives the candidate back, and the board is not told why', () => {
    const country = countryAt('accepted');
    country.placement(
      'RefuseAdmission',
      { caseId: 'case-1', proposalId: 'proposal-1', reason: 'NOT_SUITABLE' },
      people.director,
    );
    expect(country.log.find(({ type }) => type === 'ProposalWithdrawn')?.data).toMatchObject({
      reason: 'NOT_AVAILABLE',
    });
    free(country);
  });

  it('an admission whose rings refer to Police ends as not available', () => {
    const country = countryAt('accepted');
    country.admit('REFER_TO_POLICE');
    expect(country.log.find(({ type }) => type === 'PlacementEnded')?.data).toMatchObject({
      reason: 'NOT_AVAILABLE',
      departurePending: false,
    });
    free(country);
  });

  it('a refused clearance goes back to matching', () => {
    const country = countryAt('admitted');
    country.wait(24 * 31);
    country.clear();
    expect(country.types('placement-proposal-1').slice(-2)).toEqual(['ClearanceRefused', 'PlacementEnded']);
    free(country);
  });

  it.each(['asked', 'accepted', 'admitted'])(
    '%s: a higher threat level voids what was said to the lower one',
    (stage) => {
      const country = countryAt(stage);
      country.assess('EXTREME');
      expect(country.log.find(({ type }) => type === 'ProposalWithdrawn')?.data).toMatchObject({
        reason: 'LEVEL_CHANGED',
      });
      free(country);
    },
  );

  it.each(['asked', 'accepted', 'admitted'])('%s: the same or a lower level voids nothing', (stage) => {
    const country = countryAt(stage);
    country.wait(1);
    country.assess('MEDIUM');
    expect(stageOf(country)).toBeDefined();
    held(country);
  });

  it('a conflict found before clearance ends the proposal without its name', () => {
    const country = countryAt('accepted');
    country.conflicts.push({ caseId: 'case-1', proposalId: 'proposal-1' });
    country.noteAdversary();
    expect(country.log.find(({ type }) => type === 'ProposalWithdrawn')?.data).toMatchObject({
      reason: 'NOT_AVAILABLE',
    });
    free(country);
  });

  it.each(['cleared', 'in transfer', 'arrived'])(
    '%s: a conflict found later is an alert and a new assessment',
    (stage) => {
      const country = countryAt(stage);
      country.conflicts.push({ caseId: 'case-1', proposalId: 'proposal-1' });
      country.noteAdversary();
      expect(country.types('placement-proposal-1').at(-1)).toBe('ConflictAlerted');
      expect(country.log.some(({ data }) => 'reason' in data && data.reason === 'CONFLICT_NEARBY')).toBe(
        true,
      );
      held(country);
    },
  );

  it('new entries in the register about the person have the own area checked again', () => {
    const country = countryAt('arrived');
    country.conflicts.push({ caseId: 'case-1', proposalId: 'proposal-1' });
    country.recordConflictEntries();
    expect(country.types('placement-proposal-1').at(-1)).toBe('ConflictAlerted');
  });

  it('a candidate that was checked before the register changed is checked again', () => {
    const country = countryAt('checked');
    country.recordConflictEntries();
    // Ordered at the same moment: without knowing of the change.
    country.order('proposal-1', 'candidate-1', 'case-1', 0);
    expect(country.types('consent-case-1').at(-1)).toBe('ProposalAbandoned');
  });

  it('a second open case of the same person waits: its proposal is abandoned until the first is closed', () => {
    const country = countryAt('requested');
    country.openCase('case-2', 'subject-1');
    country.signWaiver('case-2', '2028-03-01', 'subject-1');
    expect(country.types('claim-subject-1')).toEqual(['SubjectClaimed', 'SubjectClaimContested']);
    country.close('NO_THREAT');
    expect(country.types('claim-subject-1').slice(2)).toEqual(['ClaimReleased', 'SubjectClaimed']);
    expect(country.relocation('case-2').state).toMatchObject({ claim: 'HELD' });
  });

  it.each(['requested', 'assessed', 'checked', 'asked', 'accepted', 'admitted'])(
    '%s: a case that is closed gives everything back and ends',
    (stage) => {
      const country = countryAt(stage);
      country.close('NO_THREAT');
      expect(country.open()).toEqual([]);
      expect(stateOf(country).status).toBe('ENDED');
      expect(country.relocation().deadlines.size).toBe(0);
      expect(country.refusals).toEqual([]);
    },
  );

  const unsettled = closeCodes.filter((code) => !settledCodes.includes(code));

  describe.each(['cleared', 'in transfer', 'arrived'])('a case closed when the person is %s', (stage) => {
    it.each(unsettled)(
      '%s: rescuers keep the alarm plan, the place and the claim are held, until the departure',
      (code) => {
        const country = countryAt(stage);
        country.close(code);
        expect(country.types('placement-proposal-1').at(-1)).toBe('PlacementEnded');
        expect(stageOf(country)).toBe('LEAVING');
        expect(country.open()).toEqual(['HOME_BOARD ALARM RESCUE', 'RECEIVING_POLICE ALARM RESCUE']);
        held(country);
        country.wait(24 * 60);
        expect(country.open()).toHaveLength(2);
        expect(country.types('claim-subject-1')).toEqual(['SubjectClaimed']);
        country.depart();
        expect(country.open()).toEqual([]);
        free(country);
        expect(country.types('claim-subject-1').at(-1)).toBe('ClaimReleased');
        expect(stateOf(country).status).toBe('ENDED');
        expect(country.relocation().deadlines.size).toBe(0);
        expect(country.refusals).toEqual([]);
      },
    );
  });

  it('a second case of the same person waits until the first is closed and its person has left', () => {
    const country = countryAt('arrived');
    country.openCase('case-2', 'subject-1');
    country.close('RELAPSE_END');
    expect(country.relocation('case-2').state).toMatchObject({ claim: 'WAITING' });
    country.depart();
    expect(country.relocation('case-2').state).toMatchObject({ claim: 'HELD' });
  });

  it('a closing that meets a clearance on its way waits for the departure all the same', () => {
    const country = countryAt('admitted');
    country.asleep = true;
    country.close('LOST_CONTACT');
    country.clear();
    country.asleep = false;
    country.settle();
    expect(stageOf(country)).toBe('LEAVING');
    expect(country.open()).toEqual(['HOME_BOARD ALARM RESCUE', 'RECEIVING_POLICE ALARM RESCUE']);
    held(country);
  });

  it('a conflict that is found after the closing is still an alert for whoever has not left', () => {
    const country = countryAt('arrived');
    country.close('RETURNED');
    country.conflicts.push({ caseId: 'case-1', proposalId: 'proposal-1' });
    country.recordConflictEntries();
    expect(country.types('placement-proposal-1').at(-1)).toBe('ConflictAlerted');
  });

  it('a waiver that is renewed in time carries on what the old one carried', () => {
    const country = new Country();
    country.openCase();
    country.signWaiver('case-1', '2026-03-20');
    for (const [, step] of path) step(country);
    const before = country.open();
    country.wait(24 * 10);
    country.signWaiver('case-1', '2027-03-20');
    country.assess();
    country.wait(24 * 20);
    expect(new Set(country.open())).toEqual(new Set(before));
  });

  it('a telling that is renewed is told by the same agency as the first: advice by Police, a place by who received', () => {
    const country = new Country();
    country.openCase();
    country.signWaiver();
    for (const [, step] of path) step(country);
    const tellers = () =>
      country
        .relocation()
        .steps.flatMap(({ outputs }) => outputs)
        .flatMap((output) => (output.kind === 'send' ? [output.command] : []))
        .filter(({ type }) => type === 'DiscloseInformation')
        .map(({ data, onBehalfOf }) => ({
          about: keyOf(data as unknown as DiscloseData),
          by: onBehalfOf.organisation,
        }));
    const first = tellers();
    country.signWaiver('case-1', '2028-03-20');
    const renewed = tellers().slice(first.length);
    expect(new Set(renewed.map(({ by }) => by)).size).toBe(3);
    for (const { about, by } of renewed)
      expect([about, by]).toEqual([about, first.findLast((one) => one.about === about)?.by]);
  });
});
