/** Something that others have run into, in our own words, and what shows that it does not happen here. */
export interface Trap {
  readonly trap: string;
  /** Files and titles of tests. */
  readonly covered: readonly (readonly [file: string, title: string])[];
  /** Why there is nothing here for it to act on; then a test fails as soon as there is. */
  readonly nothingYet?: string;
}

const routes = 'test/e2e/leaks/routes.e2e.spec.ts';
const traps = 'test/e2e/leaks/traps.e2e.spec.ts';
const shape = 'test/e2e/leaks/shape.spec.ts';
const verdicts = 'test/e2e/leaks/verdicts.e2e.spec.ts';
const transport = 'test/e2e/transport.e2e.spec.ts';
const badInput = 'test/e2e/bad-input.e2e.spec.ts';
const queries = 'apps/api/http/queries/queries.e2e.spec.ts';
const projections = 'libs/projections/projections.int.spec.ts';
const vault = 'libs/personal-data/vault.int.spec.ts';

export const trapsOfOthers: readonly Trap[] = [
  {
    trap: 'A look-up by id answers otherwise for what is there and not the caller’s than for what is not there.',
    covered: [
      [routes, 'gives away no id of somebody else’s, in whatever manner it is asked for'],
      [
        transport,
        'cannot tell what is out of reach from what does not exist, or from an address that nobody has',
      ],
    ],
  },
  {
    trap: 'A search, or a field that completes what is typed, finds people whom the caller may not know.',
    nothingYet:
      'No route searches for a person: what can be asked for is an id, and filters are closed lists.',
    covered: [
      [shape, 'takes no text to search for in any query, and completes nothing'],
      [
        'test/e2e/inquiries.e2e.spec.ts',
        'is registered, weighed, decided and read the same, whether or not the person has a case',
      ],
    ],
  },
  {
    trap: 'A count includes what its reader may not know of.',
    covered: [
      [
        verdicts,
        'a case that somebody else has moves no count, no order and no page of anybody without a part in it',
      ],
      ['test/e2e/leaks/counts.spec.ts', 'has a decision for every number that any answer shows'],
      [
        'libs/access/disclosure-control.spec.ts',
        'are told as a band: whatever is shown at one asking, it may be any of four at least',
      ],
    ],
  },
  {
    trap: 'Whoever registers somebody is told that the person is known already.',
    covered: [
      [
        traps,
        'a board that opens a case of somebody who is known elsewhere is shown the same as of anybody, at every step',
      ],
      [
        projections,
        'a contested claim looks like one that is not settled yet, and that like a draft; only the coordinator learns of it',
      ],
    ],
  },
  {
    trap: 'What is there and closed takes another time to refuse than what is not there.',
    covered: [
      ['apps/api/even-answers.spec.ts', 'is held until then, however soon it is ready; another one is not'],
    ],
  },
  {
    trap: 'An id that belongs to another case opens under a case that the caller may see.',
    covered: [[routes, 'knows nothing by an id of another case, though the caller may see both']],
  },
  {
    trap: 'A way to handle many at once forgets a check that the way for one makes.',
    nothingYet: 'There is no such way: every command names one thing, in its path.',
    covered: [[shape, 'names one thing in every command, and takes no list of ids']],
  },
  {
    trap: 'An export or a printed form leaves out the masks of the screen, and a cell of a table becomes a formula.',
    nothingYet:
      'There is no export, no document and no table to download: every answer is JSON, or a stream that says "changed".',
    covered: [
      [
        shape,
        'answers with JSON, with problems, or with a stream that says nothing: no file, no table, no document',
      ],
    ],
  },
  {
    trap: 'There is a second way to the same person, with other rules.',
    covered: [
      [routes, 'tells those who may know, and nobody else, what was planted in every personal field'],
      [vault, 'both at once stay shut, in one question and in two at the same moment'],
    ],
  },
  {
    trap: 'A read model that is behind shows what has been closed or changed since.',
    covered: [
      [transport, 'waits until its read model has come as far as asked, at most two seconds'],
      [
        'test/faults/sleeping-worker.int.spec.ts',
        'opens nothing while the grants are behind what was told or withdrawn, but to rescuers',
      ],
    ],
  },
  {
    trap: 'Something is sent to somebody who has left, or who never had to do with it.',
    covered: [
      [
        traps,
        'a board cannot name somebody of another authority, or of nobody, as the one who will know the person',
      ],
      [queries, 'a stream ends with the appointment, whether somebody ends it or the calendar does'],
      [
        'test/integration/four-eyes.int.spec.ts',
        'is not there for who has left the board since, named or not',
      ],
    ],
  },
  {
    trap: 'A notice that goes out has a name in it.',
    covered: [
      [queries, 'tells over its stream that something changed, and not what'],
      ['test/e2e/machines.e2e.spec.ts', 'reads how much waits for the board, and nothing else'],
      [
        'test/e2e/leaks/said.e2e.spec.ts',
        'of the people in it say nothing in log, metrics, traces and problems',
      ],
    ],
  },
  {
    trap: 'A step is taken from a state in which it makes no sense.',
    covered: [['test/e2e/wrong-state.e2e.spec.ts', 'In the wrong state of the case']],
  },
  {
    trap: 'A button that is pressed twice does it twice.',
    covered: [
      [
        badInput,
        'goes through as it should, once: a repeat gives the same answer, another body under its key is refused',
      ],
      [
        'test/faults/many-apis.int.spec.ts',
        'give one result when the same request with the same key reaches both at the same moment',
      ],
    ],
  },
  {
    trap: 'A request is taken back after it was accepted, as if nothing had been promised.',
    covered: [
      ['test/e2e/wrong-state.e2e.spec.ts', 'another answer after the yes'],
      [
        'libs/domain/consent/consent.spec.ts',
        'given twice by the same person is one answer, and by another is too many',
      ],
    ],
  },
  {
    trap: 'Other requests for the same person stay open when one of them has been met.',
    covered: [
      [
        'test/integration/invariants.int.spec.ts',
        'a case has one proposal at a time, whoever of the coordinators orders it',
      ],
      ['test/e2e/wrong-state.e2e.spec.ts', 'a second proposal while a board is being asked'],
    ],
  },
  {
    trap: 'Somebody is moved back, or on, to a place that has not agreed to it.',
    covered: [
      ['test/e2e/wrong-state.e2e.spec.ts', 'a clearance before the board has said yes'],
      ['test/e2e/wrong-state.e2e.spec.ts', 'a clearance before the housing has admitted'],
      [
        'test/integration/four-eyes.int.spec.ts',
        'a receiving board’s answer is prepared by one and decided by another',
      ],
    ],
  },
  {
    trap: 'What should be blacked out is shown when the blacking out fails.',
    covered: [
      ['libs/personal-data/field-catalogue.spec.ts', 'refuses an event that the catalogue does not know'],
      [
        'test/contracts/columns.int.spec.ts',
        'is exactly what the contract lists, table by table, and nothing in any other table',
      ],
      [
        'libs/domain/public-access/public-access.spec.ts',
        'releases what was asked for and nothing else; less than that is redacted',
      ],
    ],
  },
  {
    trap: 'The record of a read fails, and the answer goes out all the same.',
    covered: [
      [vault, 'with the right to write read records taken away, neither reading nor writing gets a key'],
      [queries, 'names nothing when the naming cannot be recorded'],
    ],
  },
  {
    trap: 'Who tried and was refused stands nowhere.',
    covered: [
      [badInput, 'is refused to who has no part in it, as if there were nothing; the attempt is recorded'],
      [
        'test/e2e/machines.e2e.spec.ts',
        'every refusal of somebody unknown is recorded, with the reason and nothing of the token',
      ],
    ],
  },
  {
    trap: 'The address of the caller is taken from a header that the caller wrote.',
    covered: [
      [
        'test/e2e/limits.e2e.spec.ts',
        'cannot hide behind a header: addresses are believed of no proxy that is not known',
      ],
    ],
  },
  {
    trap: 'Somebody gives himself more rights by editing what he belongs to.',
    covered: [
      [traps, 'nobody gives a function to himself or herself, nor to anybody without being the registrar'],
      [
        'libs/domain/appointment/appointment.spec.ts',
        'is made by somebody else: nobody gives himself a function, or a training',
      ],
    ],
  },
  {
    trap: 'A mark that somebody is protected is lost when something else about the person is edited later.',
    covered: [[traps, 'a protection that was granted is still there after everything that is written later']],
  },
  {
    trap: 'Consent takes so long that staff borrow the login of a chief.',
    covered: [
      [
        'test/e2e/just-in-time.e2e.spec.ts',
        'opens at once and alone what is asked for, is on record, and tells Police’s coordinator and the log review',
      ],
      [
        'test/e2e/just-in-time.e2e.spec.ts',
        'needs no worker: with the grants behind, ordinary reads wait and the glass opens',
      ],
    ],
  },
  {
    trap: 'An index is emptied first, and then it cannot be filled again.',
    covered: [
      [
        'test/faults/rebuild.int.spec.ts',
        'stop at an event that cannot be applied, say which, and leave the live ones as they are',
      ],
      ['test/faults/rebuild.int.spec.ts', 'are not switched when the switch fails, and are the next time'],
    ],
  },
  {
    trap: 'Who is asked to receive somebody sees everything before saying yes.',
    covered: [
      [queries, 'reads code, level and needs; no name, no origin, no token'],
      [routes, 'tells those who may know, and nobody else, what was planted in every personal field'],
      [verdicts, 'the board that is asked is not told how many were asked before'],
    ],
  },
  {
    trap: 'Consent is a yes or no in a table, and what is sent along overrides it.',
    covered: [
      [shape, 'has no field in any body that says that somebody agrees to be told of'],
      ['libs/domain/disclosure/disclosure.spec.ts', 'names the version and ends with it'],
      [transport, 'an unknown field, whose name is not given back'],
    ],
  },
  {
    trap: 'What was decided under the rules of then is read under the rules of today.',
    covered: [
      [
        traps,
        'what was decided under the rules of then holds as it was decided, before others are in force and after',
      ],
      [
        traps,
        'every decision names the policy under which it was made and a legal basis, and what follows from it names the same',
      ],
      [
        'libs/domain/threat-assessment/threat-assessment.spec.ts',
        'holds twice as long after ninety stable days in one place, except EXTREME',
      ],
    ],
  },
];
