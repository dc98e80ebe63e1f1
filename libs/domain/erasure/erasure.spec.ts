import { describe, expect, it } from '@jest/globals';
import { type Actor, dataClasses } from '#kernel';
import { given, playEachTwice } from '../../kernel/testing/index.js';
import {
  type ErasureCommand,
  erasureDecider,
  type ErasureEvent,
  type ErasureFacts,
  isKeptForResearch,
  isLink,
  linkClasses,
  mayBeDestroyedFrom,
  retentionRules,
  retentionRulesAt,
} from './index.js';

const at = '2031-03-03T08:00:00.000Z';
const officer: Actor = { person: 'officer', organisation: 'board', agencyKind: 'SOCIAL_BOARD' };
const colleague: Actor = { ...officer, person: 'colleague' };
const [rules] = retentionRules;

const facts = (over: Partial<ErasureFacts> = {}): ErasureFacts => ({
  extent: 'PERSON',
  cases: ['c1'],
  streams: [{ stream: 'relocation-c1', revision: 3 }],
  openCases: 0,
  identityAssumed: false,
  mayBeThere: false,
  lastEntryOn: '2026-03-02',
  placedAsChild: false,
  keptForResearch: false,
  today: '2031-03-03',
  rules: rules!,
  ...over,
});
const ask = <Type extends ErasureCommand['type']>(
  type: Type,
  data: Extract<ErasureCommand, { type: Type }>['data'],
  by = officer,
): ErasureCommand => ({ type, data, at, by }) as ErasureCommand;

const propose = (over: Partial<ErasureFacts> = {}, ground: 'RETENTION' | 'ASSUMED_IDENTITY' = 'RETENTION') =>
  ask('ProposeErasure', { decisionId: 'd1', subject: 's1', ground, facts: facts(over) });
const confirm = (over: Partial<ErasureFacts> = {}, by = colleague) =>
  ask('ConfirmErasure', { decisionId: 'd1', facts: facts(over) }, by);
const complete = (over: object = {}) =>
  ask('CompleteErasure', {
    decisionId: 'd1',
    destroyedKeys: 4,
    epoch: 2,
    highestEpoch: 1,
    keysLeft: 0,
    earlierEpochsLeft: 0,
    ...over,
  });

const decision = {
  decisionId: 'd1',
  subject: 's1',
  ground: 'RETENTION',
  extent: 'PERSON',
  cases: ['c1'],
  streams: [{ stream: 'relocation-c1', revision: 3 }],
  classes: dataClasses,
  rulesVersion: '2025-07-01',
  lastEntryOn: '2026-03-02',
  proposedBy: 'officer',
} as const;
const proposed: ErasureEvent = { type: 'ErasureProposed', data: { ...decision, keptForResearch: false } };
const decided: ErasureEvent = {
  type: 'ErasureDecided',
  data: { ...decision, decidedBy: 'colleague', decidedAt: at },
};
const completed = (caseId = 'c1'): ErasureEvent => ({
  type: 'ErasureCompleted',
  data: {
    decisionId: 'd1',
    subject: 's1',
    caseId,
    ground: 'RETENTION',
    classes: dataClasses,
    destroyedKeys: 4,
    epoch: 2,
  },
});
const held: ErasureEvent = {
  type: 'LegalHoldPlaced',
  data: { subject: 's1', hold: 'SUPERVISION', placedBy: 'officer' },
};

describe('An erasure by the schedule (Socialtjänstförordningen 13 kap.)', () => {
  it('is proposed by one officer and decided by another', () => {
    given(erasureDecider, []).when(propose()).then([proposed]);
    given(erasureDecider, [proposed]).when(confirm()).then([decided]);
    given(erasureDecider, [proposed]).when(confirm({}, officer)).thenRefused('erasure.same_person');
  });

  it('waits until five years are full after the last entry in any case', () => {
    given(erasureDecider, [])
      .when(propose({ today: '2031-03-02' }))
      .thenRefused('erasure.too_early', { earliest: '2031-03-03' });
    expect(mayBeDestroyedFrom(rules!, '2024-02-29')).toBe('2029-03-01');
    given(erasureDecider, [proposed])
      .when(confirm({ lastEntryOn: '2026-04-01' }))
      .thenRefused('erasure.too_early');
  });

  it.each<[string, Partial<ErasureFacts>, `${string}.${string}`]>([
    ['while a case is open', { openCases: 1 }, 'erasure.case_open'],
    ['of a child who was placed', { placedAsChild: true }, 'erasure.placed_child'],
    ['of somebody who is kept for research', { keptForResearch: true }, 'erasure.kept_for_research'],
    ['when the birthday is not known', { keptForResearch: undefined }, 'erasure.birthday_unknown'],
    ['when the number may be of a nearby day', { keptForResearch: 'UNSURE' }, 'erasure.birthday_unknown'],
  ])('is refused %s, to the first and to the second person', (_when, over, code) => {
    given(erasureDecider, []).when(propose(over)).thenRefused(code);
    // What is remembered is of a number that can no longer be opened.
    if (!('keptForResearch' in over) || over.keptForResearch !== undefined)
      given(erasureDecider, [proposed]).when(confirm(over)).thenRefused(code);
  });

  it('is refused while there is a legal hold, and only then', () => {
    given(erasureDecider, [held]).when(propose()).thenRefused('erasure.legal_hold');
    given(erasureDecider, [proposed, held]).when(confirm()).thenRefused('erasure.legal_hold');
    const lifted: ErasureEvent = {
      type: 'LegalHoldLifted',
      data: { subject: 's1', hold: 'SUPERVISION', liftedBy: 'officer' },
    };
    given(erasureDecider, [held, lifted]).when(propose()).then([proposed]);
    given(erasureDecider, [decided])
      .when(ask('PlaceLegalHold', { subject: 's1', hold: 'COURT' }))
      .thenRefused('erasure.already_decided');
  });

  it('is called off by an officer, before it is decided and after: what was called off is not complete', () => {
    const reject = ask('RejectErasure', { decisionId: 'd1', reason: 'STILL_NEEDED' });
    const rejected: ErasureEvent = {
      type: 'ErasureRejected',
      data: { decisionId: 'd1', subject: 's1', reason: 'STILL_NEEDED', rejectedBy: 'officer' },
    };
    given(erasureDecider, [proposed]).when(reject).then([rejected]);
    given(erasureDecider, [proposed, decided]).when(reject).then([rejected]);
    given(erasureDecider, [decided, rejected]).when(complete()).thenRefused('erasure.not_decided');
    given(erasureDecider, [decided, rejected]).when(propose()).then([proposed]);
    for (const before of [[], [decided, completed()]])
      given(erasureDecider, before).when(reject).thenRefused('erasure.not_proposed');
  });

  it('is not decided for a case that nobody looked at', () => {
    given(erasureDecider, [proposed])
      .when(confirm({ cases: ['c1', 'c2'] }))
      .thenRefused('erasure.cases_changed');
  });

  it('keeps the files of those born on the 5th, 15th and 25th, and of four named places', () => {
    const kept = (dateInNumber: string, code: string) => isKeptForResearch(rules!, { dateInNumber }, code);
    for (const day of ['05', '15', '25']) expect(kept(`1990-01-${day}`, '1280')).toBe(true);
    for (const code of ['0580', '0980', '2281', '1480']) expect(kept('1990-01-02', code)).toBe(true);
    for (const [day, code] of [
      ['01', '1280'],
      ['11', '1481'],
      ['29', '0680'],
    ] as const)
      expect(kept(`1990-01-${day}`, code)).toBe(false);
  });

  it('is unsure near those days: a number may be of a nearby day, and the register goes first (FOL 18 §)', () => {
    for (const day of ['02', '08', '14', '16', '22', '28']) {
      const dateInNumber = `1990-01-${day}`;
      const kept = (registered?: 'RESEARCH_DAY' | 'ANOTHER_DAY') =>
        isKeptForResearch(rules!, { dateInNumber, registered }, '1280');
      expect([kept(), kept('RESEARCH_DAY'), kept('ANOTHER_DAY')]).toEqual(['UNSURE', true, false]);
    }
    const registered = 'ANOTHER_DAY';
    expect(isKeptForResearch(rules!, { dateInNumber: '1990-01-15', registered }, '1280')).toBe(false);
    expect(isKeptForResearch(rules!, { dateInNumber: '1990-01-16', registered }, '0580')).toBe(true);
  });

  it('is judged by the rules of its day', () => {
    expect(retentionRulesAt('2031-01-01').version).toBe('2025-07-01');
    expect(retentionRulesAt('2020-01-01')).toBe(retentionRules.at(-1));
  });
});

describe('An erasure for a new identity', () => {
  it('destroys who the person was, at once, when others have taken over', () => {
    given(erasureDecider, [])
      .when(propose({ identityAssumed: true, today: '2026-03-03' }, 'ASSUMED_IDENTITY'))
      .then([
        {
          type: 'ErasureProposed',
          data: {
            ...decision,
            ground: 'ASSUMED_IDENTITY',
            classes: ['identity', 'family', 'social', 'address'],
            keptForResearch: false,
          },
        },
      ]);
    given(erasureDecider, []).when(propose({}, 'ASSUMED_IDENTITY')).thenRefused('erasure.not_handed_over');
    // Afterwards nobody could say whether the rest is kept for research.
    given(erasureDecider, [])
      .when(propose({ identityAssumed: true, keptForResearch: undefined }, 'ASSUMED_IDENTITY'))
      .thenRefused('erasure.birthday_unknown');
  });

  it('waits while somebody may stand there, and of what was only asked takes about whom', () => {
    given(erasureDecider, [])
      .when(propose({ identityAssumed: true, mayBeThere: true }, 'ASSUMED_IDENTITY'))
      .thenRefused('erasure.still_there');
    expect(linkClasses({ extent: 'INQUIRY' })).toEqual(['identity']);
    expect(linkClasses({ extent: 'REQUEST' })).toEqual(['social']);
  });

  it('takes of what is social what the case was opened with and what was served, and nothing that happened later', () => {
    const gone = ['relocation-c1', 'decision-d1', 'public-access-r1'];
    const streams = [...gone, 'placement-p1', 'inquiry-i1'];
    expect(streams.filter((stream) => isLink('social', stream))).toEqual(gone);
    expect(streams.filter((stream) => isLink('identity', stream))).toEqual(streams);
  });

  it('remembers whether the file is kept for research: later nobody can work it out', () => {
    const before: ErasureEvent[] = [
      {
        type: 'ErasureProposed',
        data: { ...decision, ground: 'ASSUMED_IDENTITY', classes: ['identity'], keptForResearch: true },
      },
      {
        type: 'ErasureDecided',
        data: { ...decision, ground: 'ASSUMED_IDENTITY', decidedBy: 'x', decidedAt: at },
      },
      completed(),
    ];
    given(erasureDecider, before)
      .when(
        ask('ProposeErasure', {
          decisionId: 'd2',
          subject: 's1',
          ground: 'RETENTION',
          facts: facts({ keptForResearch: undefined }),
        }),
      )
      .thenRefused('erasure.kept_for_research');
  });
});

describe('Carrying it out', () => {
  it('is complete only when no key and no old epoch is left', () => {
    given(erasureDecider, [decided]).when(complete()).then([completed()]);
    given(erasureDecider, [decided])
      .when(complete({ keysLeft: 1 }))
      .thenRefused('erasure.keys_left');
    given(erasureDecider, [decided])
      .when(complete({ earlierEpochsLeft: 1 }))
      .thenRefused('erasure.old_epoch_left');
    // Under the epoch that is kept something was wrapped that is destroyed: an old copy would open with it.
    given(erasureDecider, [decided])
      .when(complete({ highestEpoch: 2 }))
      .thenRefused('erasure.old_epoch_left');
    given(erasureDecider, [proposed]).when(complete()).thenRefused('erasure.not_decided');
    given(erasureDecider, [decided, completed()]).when(complete()).thenNothing();
  });

  it('is told to a log that does not know of it, once', () => {
    const repeat = ask('RepeatErasure', {
      decisionId: 'd1',
      subject: 's1',
      ground: 'RETENTION',
      classes: dataClasses,
      cases: ['c1', 'c2'],
      destroyedKeys: 4,
      epoch: 2,
    });
    given(erasureDecider, [])
      .when(repeat)
      .then([completed(), completed('c2')]);
    given(erasureDecider, [decided, completed()]).when(repeat).thenNothing();
  });

  it('no command says a thing twice', () => {
    playEachTwice(erasureDecider, [
      ask('PlaceLegalHold', { subject: 's1', hold: 'COURT' }),
      ask('LiftLegalHold', { subject: 's1', hold: 'COURT' }),
      propose(),
      confirm(),
      complete(),
    ]);
  });
});
