import { alfa, beta, gamma, type Invented, rival, secretsOf, twin } from './people.js';
import { ordinarySuccess } from './scenario-1.js';
import { refusalsAndSilence } from './scenario-2.js';
import { rivalAlreadyThere } from './scenario-3.js';
import { searchEverything } from './search.js';
import { DoesNotHold, Story } from './story.js';
import { startSystem, type System } from './system.js';
import { say } from '../verb.js';

interface Scenario {
  readonly number: number;
  readonly title: string;
  /** First instant of its simulated time, UTC. */
  readonly startsAt: string;
  readonly persons: readonly Invented[];
  /** Names of places that must not be found beside anybody. */
  readonly places: readonly string[];
  play(system: System, story: Story): Promise<void>;
}

/** Scenarios of domain.md section 8, as far as they are built. */
const scenarios: readonly Scenario[] = [
  {
    number: 1,
    title: 'Ordinary success',
    startsAt: '2026-06-08T07:00:00.000Z',
    persons: [alfa],
    places: ['Örnsköldsvik', 'Linköping'],
    play: ordinarySuccess,
  },
  {
    number: 2,
    title: 'Refusals and silence',
    startsAt: '2026-06-01T07:00:00.000Z',
    persons: [beta],
    places: ['Jönköping', 'Göteborg', 'Östersund'],
    play: refusalsAndSilence,
  },
  {
    number: 3,
    title: 'Rival already there',
    startsAt: '2025-11-03T08:00:00.000Z',
    persons: [gamma, rival, twin],
    places: ['Linköping', 'Sundsvall', 'Jönköping'],
    play: rivalAlreadyThere,
  },
];

/** Plays one scenario on a fresh system of its own. @returns whether it holds */
const plays = async ({ number, title, startsAt, persons, places, play }: Scenario): Promise<boolean> => {
  say(`\nScenario ${number}: ${title}`);
  const system = await startSystem(startsAt);
  const story = new Story(say, () => system.clock.now());
  try {
    await play(system, story);
    await searchEverything(system, story, [...persons.flatMap(secretsOf), ...places]);
    say(`\n  Scenario ${number} holds (${story.checks} checks).`);
    return true;
  } catch (error) {
    const reason = error instanceof DoesNotHold ? error.message : String(error);
    say(`\n  Scenario ${number} does not hold: ${reason}`);
    return false;
  } finally {
    await system.close();
  }
};

/**
 * Plays all scenarios, one after the other, or the one of this number.
 * @returns how many were played and how many hold
 */
export const playAll = async (only?: number): Promise<{ readonly all: number; readonly held: number }> => {
  const chosen = scenarios.filter(({ number }) => only === undefined || number === only);
  let held = 0;
  for (const scenario of chosen) if (await plays(scenario)) held += 1;
  return { all: chosen.length, held };
};
