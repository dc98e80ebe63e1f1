import { describe, expect, it } from '@jest/globals';
import { CaseHistory, caseIds, History, people, type Stage } from '../../../test/support/history.js';
import { domainEvent } from '../shared/events.js';
import {
  type DeskProposalRow,
  type DeskRequestRow,
  deskInbox,
  deskProposalAfter,
  deskRequestAfter,
} from './rows.js';

const desk = { organisation: people.coordinator.organisation, persons: [people.coordinator.person] };

/** What waits on the desk for one case that came this far. */
const inboxOf = (walked: CaseHistory) => {
  let request: DeskRequestRow | undefined;
  let proposal: DeskProposalRow | undefined;
  for (const event of walked.history.events.map(domainEvent)) {
    request = deskRequestAfter(request, event);
    proposal = deskProposalAfter(proposal, event, desk);
  }
  return deskInbox(request!, [], proposal ? [proposal] : []);
};
const walkedTo = (stage: Stage) => CaseHistory.upTo(stage, new History(), caseIds('desk'));
const dueAt = (walked: CaseHistory, kind: string) =>
  inboxOf(walked).find((item) => item.kind === kind)?.dueAt;

describe("the coordinator's desk", () => {
  it('has to clear an admitted placement within its own clock', () => {
    expect(dueAt(walkedTo('ADMITTED'), 'CLEAR_PLACEMENT')).toBe('2026-03-06T23:00:00.000Z');
  });

  it('has to clear it before the assessment runs out, when that is earlier', () => {
    const walked = walkedTo('ADMITTED');
    walked.history.append(
      walked.streams.assessment,
      'ThreatAssessed',
      people.homeAssessor,
      (seal) => ({
        caseId: walked.ids.caseId,
        version: 2,
        level: 'EXTREME',
        assessedAt: walked.history.now,
        validUntil: '2026-03-06T08:00:00.000Z',
        restrictions: [],
        assessedBy: people.homeAssessor.person,
        detail: seal('detail', 'threat-detail'),
        advice: seal('advice', 'threat-advice'),
      }),
      walked.ids.subject,
    );
    expect(dueAt(walked, 'CLEAR_PLACEMENT')).toBe('2026-03-06T08:00:00.000Z');
  });

  const attention = (walked: CaseHistory, step: string) =>
    walked.history.append(walked.streams.consent, 'AttentionRequested', people.coordinator, {
      caseId: walked.ids.caseId,
      step,
      code: 'operations.command-skipped',
    });
  const settle = (walked: CaseHistory, step: string) =>
    walked.history.append(walked.streams.consent, 'AttentionSettled', people.coordinator, {
      caseId: walked.ids.caseId,
      step,
    });
  const open = (walked: CaseHistory) => inboxOf(walked).filter(({ kind }) => kind === 'ATTENTION');

  it('keeps what needs attention until somebody says that it was seen to, step by step', () => {
    const walked = walkedTo('ADMITTED');
    attention(walked, 'DiscloseInformation');
    attention(walked, 'ReleaseArea');
    attention(walked, 'ReleaseArea');
    expect(open(walked)).toEqual([
      { kind: 'ATTENTION', mark: 'DiscloseInformation', dueAt: null, actions: ['SettleAttention'] },
      { kind: 'ATTENTION', mark: 'ReleaseArea', dueAt: null, actions: ['SettleAttention'] },
    ]);
    walked.clear();
    walked.transfer();
    expect(open(walked)).toHaveLength(2);
    settle(walked, 'ReleaseArea');
    expect(open(walked).map(({ mark }) => mark)).toEqual(['DiscloseInformation']);
    attention(walked, 'ReleaseArea');
    expect(open(walked)).toHaveLength(2);
  });

  it('still shows it when the case is closed, and nothing else', () => {
    const walked = walkedTo('PLACED');
    attention(walked, 'EndPlacement');
    walked.close();
    expect(inboxOf(walked).map(({ mark }) => mark)).toEqual(['EndPlacement']);
  });

  it('shows what came up before the case was told of, as soon as it is told of', () => {
    const walked = walkedTo('OPENED');
    attention(walked, 'DiscloseInformation');
    expect(inboxOf(walked)).toEqual([]);
    walked.walk('REQUESTED');
    expect(open(walked).map(({ mark }) => mark)).toEqual(['DiscloseInformation']);
  });

  it('no longer asks for a clearance that was late and has been given', () => {
    const walked = walkedTo('ADMITTED');
    attention(walked, 'ClearPlacement');
    walked.clear();
    expect(open(walked)).toEqual([]);
  });

  it('waits for nothing more once it is cleared', () => {
    expect(inboxOf(walkedTo('CLEARED')).filter(({ kind }) => kind === 'CLEAR_PLACEMENT')).toEqual([]);
  });
});
