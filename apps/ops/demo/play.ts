import { OperatorError } from '#platform';
import { say } from '../verb.js';

/** Plays all scenarios, one after the other. @throws OperatorError when one of them does not hold */
export const playAll = async (): Promise<void> => {
  let held = 0;
  for (const scenario of scenarios) if (await plays(scenario)) held += 1;
  say(`\n${held} of ${scenarios.length} scenarios hold`);
  if (held < scenarios.length) throw new OperatorError('The demo does not hold.');
};
