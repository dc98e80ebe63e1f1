import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#kernel';
import type { ConsentState } from '#domain/consent';
import type { RelocationProcessState } from './relocation-state.js';
import { Country, people } from './testing/index.js';

// Officials do anything in any order, while the worker sleeps, wakes, or is half through its work. Whatever they do:
// once the worker has caught up, what is held, what is told and what is believed must agree.

const actions: Readonly<Record<string, (country: Country, proposal: string) => void>> = {
  assess: (country) => country.assess('MEDIUM'),
  escalate: (country) => country.assess('EXTREME'),
  check: (country, proposal) => country.check(`candidate-of-${proposal}`),
  order: (country, proposal) => country.order(proposal, `candidate-of-${proposal}`),
  accept: (country, proposal) => country.answer({ kind: 'ACCEPT' }, proposal),
  decline: (country, proposal) => country.answer({ kind: 'DECLINE', reason: 'CAPACITY' }, proposal),
  counter: (country, proposal) =>
    country.answer({ kind: 'COUNTER', terms: { kind: 'START_DATE', startOn: '2026-05-01' } }, proposal),
  approve: (country, proposal) => country.approveCounter(proposal),
  admit: (country, proposal) => country.admit('CLEAR', proposal),
  refuse: (country, proposal) =>
    country.placement(
      'RefuseAdmission',
      { caseId: 'case-1', proposalId: proposal, reason: 'FULL' },
      people.director,
    ),
  clear: (country, proposal) => country.clear(proposal),
  transfer: (country, proposal) => country.transfer(proposal),
  arrive: (country, proposal) => country.arrive(proposal),
  withdraw: (country) => country.withdrawWaiver(),
  signAgain: (country) => country.signWaiver(),
  depart: (country, proposal) => country.depart(proposal),
  close: (country) => country.close('LOST_CONTACT'),
  register: (country) => country.noteAdversary(),
  conflict: (country, proposal) => {
    country.conflicts.push({ caseId: 'case-1', proposalId: proposal });
    country.noteAdversary();
  },
  sleep: (country) => void (country.asleep = true),
  wake: (country) => {
    country.asleep = false;
    country.settle();
  },
  // Half a step of work, so that commands are issued and not yet sent, or sent and not yet heard of.
  hear: (country) => void country.deliver(),
  send: (country) => void country.dispatch(),
  wait: (country) => country.wait(30),
};

/** Mostly the main path, so that late stages are reached; anything in between. */
const mainPath = ['assess', 'check', 'order', 'accept', 'admit', 'clear', 'transfer', 'arrive'];
const story = fc.tuple(
  fc.nat({ max: mainPath.length }),
  fc.array(fc.constantFrom(...Object.keys(actions)), { minLength: 4, maxLength: 25 }),
);

const play = (length: number, then: readonly string[]): Country => {
  const country = new Country();
  country.openCase();
  country.signWaiver();
  country.request();
  country.declareCapacity(1);
  let proposals = 1;
  for (const name of [...mainPath.slice(0, length), ...then]) {
    try {
      actions[name]!(country, `proposal-${proposals}`);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // A check under an id that was used: the next proposal gets ids of its own.
      if (error.code === 'consent.candidate_not_available') proposals += 1;
    }
  }
  country.asleep = false;
  country.settle();
  return country;
};

describe('whatever happens in whatever order', () => {
  it('what is held, what is told and what is believed agree once the worker has caught up', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(story, ([length, then]) => {
        const country = play(length, then);
        const process = country.relocation().state as RelocationProcessState;
        if (process.status === 'UNKNOWN') throw new Error('the case was never heard of');
        const proposals = process.status === 'ENDED' ? [] : process.proposals;
        const area = country.state<{ occupants?: object }>('area-area-token');
        const capacity = country.state<{ reservations: object }>('destination-board-1');
        const consent = country.state<ConsentState>('consent-case-1');
        const held = proposals.map(({ proposalId }) => proposalId).sort();
        proposals.forEach(({ stage }) => reached.add(stage));

        // Every place that is held is known, and nothing is held for what is over.
        expect(Object.keys(area.occupants ?? {}).sort()).toEqual(held);
        expect(Object.keys(capacity.reservations).sort()).toEqual(held);
        // What the consent stream believes to be open, the process does as well.
        const active = proposals.filter(({ stage }) => !['LEAVING', 'ENDING'].includes(stage));
        expect(consent.status === 'MATCHING' ? [] : [consent.proposal.id]).toEqual(
          active.map(({ proposalId }) => proposalId),
        );
        // Nothing waits for an answer that has been given.
        expect(proposals.map(({ stage }) => stage)).not.toContain('ENDING');
        expect(proposals.map(({ stage }) => stage)).not.toContain('TAKING_BACK');
        // After a withdrawal or the closing only rescuers know; whoever may be standing somewhere can be fetched.
        const over = process.status !== 'RUNNING' || process.waiver.status === 'WITHDRAWN';
        if (over) expect(country.open().every((telling) => telling.endsWith('RESCUE'))).toBe(true);
        const mayBeThere = proposals.filter(({ stage }) =>
          ['CLEARED', 'IN_TRANSFER', 'ARRIVED', 'LEAVING'].includes(stage),
        );
        const rescuers = country.open().filter((telling) => telling.endsWith('RESCUE'));
        expect(rescuers).toHaveLength(mayBeThere.length * 2);
        // While somebody may be there, the person is claimed by nobody else.
        if (proposals.length > 0) expect(country.types('claim-subject-1')).toEqual(['SubjectClaimed']);
        // Clocks run only for what is alive.
        for (const name of country.relocation().deadlines.keys())
          if (name.includes(':proposal-')) expect(held.some((id) => name.endsWith(`:${id}`))).toBe(true);
      }),
      // Each stage at least once, whatever chance brings.
      {
        numRuns: 200,
        examples: [
          ...mainPath.map((_, length): [[number, string[]]] => [[length + 1, []]]),
          [[mainPath.length, ['withdraw']]],
          [[mainPath.length, ['close']]],
          [[mainPath.length, ['close', 'depart']]],
        ],
      },
    );
    expect([...reached].sort()).toEqual(
      expect.arrayContaining([
        'ACCEPTED',
        'ADMITTED',
        'ARRIVED',
        'ASKED',
        'CLEARED',
        'IN_TRANSFER',
        'LEAVING',
      ]),
    );
  });
});
