import { beforeAll, describe, expect, it } from '@jest/globals';
import { addHours, type RecordedEvent, streamName, type Token } from '#kernel';
import { reviewRules } from '#domain/log-review';
import { randomKeyMaterial } from '../personal-data/testing/key-material.js';
import { hasTask } from './log-review.js';
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
});
