import { beforeAll, describe, expect, it } from '@jest/globals';
import { addHours, type RecordedEvent, streamName, type Token } from '#kernel';
import { reviewRules } from '#domain/log-review';
import { randomKeyMaterial } from '../personal-data/testing/key-material.js';
import { cameByTakeover, hasTask, manyAlarmPlans, mightBeFetched, sinceLeft } from './log-review.js';
import { requestedCase } from './testing/steps.js';
import { coordinator, home, receiver, World } from './testing/world.js';

const rules = reviewRules[0]!;

describe('a read has a task', () => {
  let world: World;
  let events: readonly RecordedEvent[];
  let asked: string;
  const reads = (sub: string, organisation: string, at: string) =>
    hasTask(
      events,
      { at, person: world.person(sub) as Token, organisation: world.directory.organisation(organisation) },
      rules,
    );
  beforeAll(async () => {
    world = await World.inMemory(randomKeyMaterial()).found();
    const { caseId } = await requestedCase(world);
    events = (
      await Promise.all(
        (['relocation', 'disclosure', 'consent'] as const).map((one) =>
          world.facts.events(streamName(one, caseId)),
        ),
      )
    ).flat();
    asked = addHours(world.now, 1);
  });

  it('for whom the case names, as long as something happens in it', () => {
    expect(reads('officer', home, asked)).toBe(true);
    expect(reads('colleague', home, asked)).toBe(true);
    expect(reads('officer', home, addHours(world.now, 24 * (rules.quietDays - 1)))).toBe(true);
    expect(reads('officer', home, addHours(world.now, 24 * rules.quietDays + 2))).toBe(false);
  });
  it('for the office that coordinates the case, whoever sits there now', () => {
    expect(reads('somebody-new', coordinator, asked)).toBe(true);
  });
  it('not for a colleague whom the case does not name, nor for a board that nobody has asked', () => {
    expect(reads('reviewer', home, asked)).toBe(false);
    expect(reads('decider', receiver, asked)).toBe(false);
  });
  it('not for who has left, until named again, nor for who has declared to be disqualified', () => {
    const all = events;
    const [officer, colleague] = ['officer', 'colleague'].map((sub) => world.person(sub));
    const after = (type: string, data: object): void => {
      events = [...events, { ...all[0]!, type, data } as unknown as RecordedEvent];
    };
    after('ContactChanged', { office: [officer, colleague], outgoing: colleague, incoming: officer });
    expect(['officer', 'colleague'].map((sub) => reads(sub, home, asked))).toEqual([true, false]);
    after('ContactChanged', { office: [officer], incoming: colleague });
    expect(reads('colleague', home, asked)).toBe(true);
    after('DisqualificationDeclared', { official: colleague, ground: 'FL_16_1' });
    expect(['officer', 'colleague'].map((sub) => reads(sub, home, asked))).toEqual([true, false]);
    events = all;
  });
  it('but came by a takeover who was let in by nobody of the office, until one of it says so', () => {
    const [officer, colleague, outside] = ['officer', 'colleague', 'outside'].map((sub) => world.person(sub));
    const came = (actor: Token | undefined, takenOver?: true): RecordedEvent =>
      ({
        ...events[0]!,
        type: 'ContactChanged',
        data: { part: 'HOME_BOARD', office: [officer, colleague], incoming: outside, takenOver },
        metadata: { ...events[0]!.metadata, actor },
      }) as unknown as RecordedEvent;
    const byTakeover = (...after: RecordedEvent[]) =>
      cameByTakeover([...events, ...after], { at: asked, person: outside as Token });
    expect(byTakeover()).toBe(false);
    expect(byTakeover(came(officer))).toBe(false);
    expect(byTakeover(came(outside, true))).toBe(true);
    expect(byTakeover(came(outside, true), came(colleague))).toBe(false);
    // Who is not named hands over in the ordinary way, too: a decider, whoever is told.
    expect(byTakeover(came('decider' as Token))).toBe(false);
    // Not what was read before.
    expect(
      cameByTakeover([came(outside, true)], { at: '2020-01-01T00:00:00.000Z', person: outside as Token }),
    ).toBe(false);
  });
  it('for a receiving official who came for another after the proposal, however late the appointment was', () => {
    const all = events;
    const [newcomer, gone] = ['newcomer', 'decider'].map((sub) => world.person(sub));
    const organisation = world.directory.organisation(receiver);
    const after = (type: string, data: object): void => {
      events = [...events, { ...all[0]!, type, data } as unknown as RecordedEvent];
    };
    after('ProposalOrdered', { board: organisation, boardContacts: [gone] });
    after('PlacementAccepted', { decidedBy: gone, receivers: [gone] });
    expect(['newcomer', 'decider'].map((sub) => reads(sub, receiver, asked))).toEqual([false, true]);
    after('ContactChanged', {
      part: 'RECEIVING_BOARD',
      organisation,
      office: [gone],
      outgoing: gone,
      incoming: newcomer,
    });
    expect(['newcomer', 'decider'].map((sub) => reads(sub, receiver, asked))).toEqual([true, false]);
    events = all;
  });
  it.each(['InformationRequestReceived', 'StayInquiryReceived', 'DocumentsRequested'])(
    'for whom %s names, and for nobody else',
    (type) => {
      const all = events;
      const [officer, colleague] = ['officer', 'colleague'].map((sub) => world.person(sub));
      const data = {
        receivedBy: officer,
        reviewers: [colleague],
        registeredBy: officer,
        readers: [colleague],
      };
      events = [{ ...all[0]!, type, data } as unknown as RecordedEvent];
      const readers = ['officer', 'colleague', 'reviewer'].map((sub) => reads(sub, home, asked));
      events = all;
      expect(readers).toEqual([true, true, false]);
    },
  );
  it('not before the case was opened, and not once it has been closed for a day', () => {
    expect(reads('officer', home, addHours(world.now, -1))).toBe(false);
    const closed = { ...events[0]!, type: 'CaseClosed', data: { code: 'NO_THREAT' } };
    events = [...events, closed];
    expect(reads('officer', home, addHours(world.now, 23))).toBe(true);
    expect(reads('officer', home, addHours(world.now, 25))).toBe(false);
  });
  it('of rescuers, while somebody might have to be fetched; afterwards by what has happened since', () => {
    const police = world.person('receiving-police');
    const at = (hours: number) => addHours(world.now, hours);
    const placement = (type: string, hours: number, data: object = {}) =>
      ({
        ...events[0]!,
        type,
        data,
        stream: 'placement-1',
        metadata: { ...events[0]!.metadata, actor: 'somebody', occurredAt: at(hours) },
      }) as unknown as RecordedEvent;
    const all = [
      ...events.filter(({ type }) => type === 'CaseOpened'),
      placement('PlacementCleared', 1, { receivingPoliceContacts: [police] }),
      placement('DepartureConfirmed', 5),
    ];
    expect([0, 2, 4, 6].map((hours) => mightBeFetched(all, at(hours)))).toEqual([false, true, true, false]);
    const looks = (of: readonly RecordedEvent[]) =>
      hasTask(sinceLeft(of, at(6)), { at: at(6), person: police, organisation: 'police' as Token }, rules);
    expect(looks(all)).toBe(false);
    // Asked about a place again.
    expect(looks([...all, placement('CandidateChecked', 5.5, { receivingPoliceContacts: [police] })])).toBe(
      true,
    );
    // Nobody has left.
    expect(looks(all.slice(0, 2))).toBe(true);
  });
});

describe('alarm plans opened by one person', () => {
  const { cases, hours } = rules.alarmPlans;
  const opened = (hour: number, caseId: string, person = 'duty', organisation = 'board') => ({
    at: addHours('2026-03-02T00:00:00.000Z', hour),
    caseId,
    person: person as Token,
    organisation: organisation as Token,
  });
  const one = opened(1, 'a');
  const two = opened(2, 'b');

  it('are many with the last of so many cases within so many hours', () => {
    const last = opened(hours, 'c');
    expect(cases).toBe(3);
    expect(manyAlarmPlans([one, two, last], { cases, hours })).toEqual([last]);
  });
  it('are not many for one case again and again, over more hours, by several persons, or at several boards', () => {
    for (const last of [
      opened(3, 'b'),
      opened(hours + 1, 'c'),
      opened(3, 'c', 'another'),
      opened(3, 'c', 'duty', 'another'),
    ])
      expect(manyAlarmPlans([one, two, last], { cases, hours })).toEqual([]);
  });
});
