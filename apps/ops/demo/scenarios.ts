import { alfa, beta, gamma, type Invented, rival, secretsOf, twin } from './people.js';
import { ordinarySuccess } from './scenario-1.js';
import { refusalsAndSilence } from './scenario-2.js';
import { rivalAlreadyThere } from './scenario-3.js';
import { searchEverything } from './search.js';
import { startTraced } from './spans.js';
import { DoesNotHold, Story } from './story.js';
import { startSystem, type System } from './system.js';
import { OperatorError } from '#platform';
import { say } from '../verb.js';

export interface Scenario {
  readonly number: number;
  readonly title: string;
  /** First instant of its simulated time, UTC. */
  readonly startsAt: string;
  readonly persons: readonly Invented[];
  /** Names and codes of places that must not be found beside anybody. */
  readonly places: readonly string[];
  play(system: System, story: Story): Promise<void>;
}

/** Scenarios of domain.md section 8, as far as they are built. */
export const scenarios: readonly Scenario[] = [
  {
    number: 1,
    title: 'Ordinary success',
    startsAt: '2026-06-08T07:00:00.000Z',
    persons: [alfa],
    places: ['Örnsköldsvik', '2284', 'Linköping', '0580', '1880'],
    play: ordinarySuccess,
  },
  {
    number: 2,
    title: 'Refusals and silence',
    startsAt: '2026-06-01T07:00:00.000Z',
    persons: [beta],
    places: ['Jönköping', '0680', 'Göteborg', '1480', 'Östersund', '2380'],
    play: refusalsAndSilence,
  },
  {
    number: 3,
    title: 'Rival already there',
    startsAt: '2025-11-03T08:00:00.000Z',
    persons: [gamma, rival, twin],
    places: ['Linköping', '0580', 'Sundsvall', '2281', 'Jönköping', '0680'],
    play: rivalAlreadyThere,
  },
];

/** Plays one scenario on a fresh system of its own. @returns whether it holds */
const plays = async (
  { number, title, startsAt, persons, places, play }: Scenario,
  interrupted: Promise<never>,
): Promise<boolean> => {
  say(`\nScenario ${number}: ${title}`);
  const { system, spans } = await startTraced('demo', (tracer) => startSystem(startsAt, tracer));
  const story = new Story(say, () => system.clock.now());
  try {
    await Promise.race([play(system, story), interrupted]);
    await searchEverything(system, story, spans, [...persons.flatMap(secretsOf), ...places]);
    say(`\n  Scenario ${number} holds (${story.checks} checks).`);
    return true;
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    const reason = error instanceof DoesNotHold ? error.message : String(error);
    say(`\n  Scenario ${number} does not hold: ${reason}`);
    return false;
  } finally {
    await system.close();
    await spans.remove();
  }
};

/**
 * Plays all scenarios, one after the other, or the one of this number.
 * @param toldToStop settles when the rest is no longer wanted: what runs is stopped, and its folder removed
 * @returns how many were played and how many hold
 * @throws OperatorError when it was told to stop
 */
export const playAll = async (
  toldToStop: Promise<unknown>,
  only?: number,
): Promise<{ readonly all: number; readonly held: number }> => {
  const interrupted = toldToStop.then((): never => {
    throw new OperatorError('The demo was interrupted, and nothing of it is left.');
  });
  interrupted.catch(() => undefined);
  const chosen = scenarios.filter(({ number }) => only === undefined || number === only);
  let held = 0;
  for (const scenario of chosen) if (await plays(scenario, interrupted)) held += 1;
  return { all: chosen.length, held };
};
