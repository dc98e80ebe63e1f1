import { notaryName } from '#notary';
import { processManagers } from '#processes';
import { allProjections } from '#projections';

/** Names of all subscriptions of a worker with all roles. */
export const workerSubscriptions: readonly string[] = [
  ...allProjections.map(({ name }) => name),
  ...processManagers.map(({ name }) => `process:${name}`),
  'dispatcher',
  'timers',
  notaryName,
];
