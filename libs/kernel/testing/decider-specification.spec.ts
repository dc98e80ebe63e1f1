import { describe, expect, it } from '@jest/globals';
import { type CommandOf, confidential, type Decider, DomainError, type EventOf, type Sealed } from '#kernel';
import { deepFreeze, given, playEachTwice, repeatChangesNothing } from './decider-specification.js';

// A notebook: small enough to show what each sentence of a specification catches.
type Write = CommandOf<'Write', { line: string; note: Sealed<'social', string> }>;
type Written = EventOf<'Written', { line: string; note: Sealed<'social', string> }>;
type Notebook = { lines: string[] };

const notebook = (
  over: Partial<Decider<Write, Written, Notebook>> = {},
): Decider<Write, Written, Notebook> => ({
  initialState: { lines: [] },
  decide(command, state) {
    if (command.data.line === '') throw new DomainError('notebook.empty_line', { length: 0 });
    return state.lines.includes(command.data.line) ? [] : [{ type: 'Written', data: command.data }];
  },
  evolve: (state, event) => ({ lines: [...state.lines, event.data.line] }),
  ...over,
});

const write = (line: string, note = 'a note'): Write => ({
  type: 'Write',
  data: { line, note: confidential('social', note) },
  at: '2026-03-02T08:00:00.000Z',
  by: { person: 'p', organisation: 'o', agencyKind: 'POLICE' },
});
const written = (line: string, note = 'a note'): Written => ({
  type: 'Written',
  data: { line, note: confidential('social', note) },
});

describe('the way deciders are specified', () => {
  it('passes when the events are the expected ones', () => {
    given(notebook(), [written('one')])
      .when(write('two'))
      .then([written('two')]);
  });

  it('fails when other events came, and when a sealed value is another one', () => {
    const decided = given(notebook(), []).when(write('two'));
    expect(() => decided.then([written('three')])).toThrow();
    expect(() => decided.then([written('two', 'another note')])).toThrow();
  });

  it('tells quiet from refused', () => {
    const repeated = given(notebook(), [written('one')]).when(write('one'));
    repeated.thenNothing();
    expect(() => repeated.thenRefused('notebook.empty_line')).toThrow();

    const refused = given(notebook(), []).when(write(''));
    refused.thenRefused('notebook.empty_line', { length: 0 });
    expect(() => refused.thenRefused('notebook.full')).toThrow();
    expect(() => refused.thenRefused('notebook.empty_line', { length: 1 })).toThrow();
    expect(() => refused.thenNothing()).toThrow('notebook.empty_line');
  });

  it('fails a decider that changes its state in place', () => {
    const careless = notebook({
      evolve: (state, event) => {
        state.lines.push(event.data.line);
        return state;
      },
    });
    expect(() => given(careless, [written('one')])).toThrow(TypeError);
  });

  it('does not take a programming error for a refusal', () => {
    const broken = notebook({
      decide: () => {
        throw new RangeError('broken');
      },
    });
    expect(() => given(broken, []).when(write('one'))).toThrow(RangeError);
  });

  it('finds a command that gives a second fact when it is sent again', () => {
    const forgetful = notebook({ evolve: (state) => state });
    expect(repeatChangesNothing(notebook(), [], write('one'))).toBe(true);
    expect(repeatChangesNothing(notebook(), [written('one')], write('one'))).toBe(false);
    expect(() => repeatChangesNothing(forgetful, [], write('one'))).toThrow();
    expect(() => playEachTwice(forgetful, [write('one')])).toThrow();
    expect(playEachTwice(notebook(), [write('one'), write(''), write('two')]).events).toHaveLength(2);
  });

  it('freezes maps and sets as well', () => {
    const frozen = deepFreeze({ map: new Map([['a', { b: 1 }]]), set: new Set([1]) });
    expect(() => frozen.map.set('c', { b: 2 })).toThrow(TypeError);
    expect(() => frozen.set.add(2)).toThrow(TypeError);
    expect(() => Object.assign(frozen.map.get('a')!, { b: 2 })).toThrow(TypeError);
    expect(new Map(frozen.map).set('c', { b: 2 }).size).toBe(2);
  });
});
