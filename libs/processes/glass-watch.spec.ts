import { describe, expect, it } from '@jest/globals';
import type { ProcessInput, ProcessOutput, RecordedEvent } from '#kernel';
import { type GlassWatchState, glassWatch } from './index.js';

const metadata = {
  organisation: 'o-board',
  agencyKind: 'SOCIAL_BOARD',
  occurredAt: '2026-03-02T02:10:00.000Z',
};
const event = (type: string, data: object = {}): ProcessInput => ({
  kind: 'event',
  sealed: [],
  event: {
    type,
    data: { caseId: 'c-1', glassId: 'g-1', ...data },
    metadata:
      type === 'GlassBroken' ? metadata : { ...metadata, organisation: 'o-police', agencyKind: 'POLICE' },
  } as unknown as RecordedEvent,
});
const broken = event('GlassBroken', {
  organisation: 'o-board',
  record: 17,
  confirmBy: '2026-03-02T03:10:00.000Z',
});
const confirmed = event('GlassConfirmed');
const due: ProcessInput = {
  kind: 'deadline',
  name: 'confirm',
  dueAt: '2026-03-02T03:10:00.000Z',
  at: '2026-03-02T03:10:01.000Z',
};
const after = (...inputs: readonly ProcessInput[]): GlassWatchState =>
  inputs.reduce((state, input) => glassWatch.evolve(state, { input }), glassWatch.initialState);
const puts = (outputs: readonly ProcessOutput[]): string[] =>
  outputs.map((output) => (output.kind === 'send' ? output.command.type : output.kind));

describe('the watch over a broken glass', () => {
  it('tells the reviewers of the agency at once, and waits an hour for a second person', () => {
    const outputs = glassWatch.react(broken, after(), {});
    expect(puts(outputs)).toEqual(['AlertReview', 'set-deadline']);
    expect(outputs[0]).toMatchObject({
      command: {
        data: { pattern: 'GLASS_BROKEN', of: 'READS', record: 17, organisation: 'o-board' },
        onBehalfOf: { organisation: 'o-board', agencyKind: 'SOCIAL_BOARD' },
      },
    });
    expect(outputs[1]).toMatchObject({ dueAt: '2026-03-02T03:10:00.000Z' });
  });
  it('ends a glass that nobody confirmed, on behalf of those who broke it', () => {
    expect(glassWatch.react(due, after(broken), {})).toMatchObject([
      { command: { type: 'EndGlass', stream: 'break-glass-c-1', onBehalfOf: { organisation: 'o-board' } } },
    ]);
  });
  it('leaves a confirmed glass alone, in either order', () => {
    expect(puts(glassWatch.react(confirmed, after(broken), {}))).toEqual(['clear-deadline']);
    expect(glassWatch.react(due, after(broken, confirmed), {})).toEqual([]);
    expect(glassWatch.react(confirmed, after(), {})).toEqual([]);
    expect(puts(glassWatch.react(broken, after(confirmed), {}))).toEqual(['AlertReview']);
    expect(glassWatch.react(due, after(confirmed, broken), {})).toEqual([]);
  });
  it('does nothing for a deadline of a glass that it has not seen', () => {
    expect(glassWatch.react(due, after(), {})).toEqual([]);
  });
});
