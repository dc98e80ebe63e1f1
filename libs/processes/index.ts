import type { ProcessManager } from '#kernel';
import { areaWatch } from './area-watch.js';
import { documentRequests } from './document-requests.js';
import { protectedDataProcess } from './protected-data.js';
import { confirmationWatch } from './confirmation-watch.js';
import { glassWatch } from './glass-watch.js';
import { toldAgencies } from './told-agencies.js';
import { relocationProcess, type RelocationFacts } from './relocation-process.js';

export * from './area-watch.js';
export * from './confirmation-watch.js';
export * from './disclosure-law.js';
export * from './document-requests.js';
export * from './follow-ups.js';
export * from './protected-data.js';
export * from './glass-watch.js';
export * from './relocation-process.js';
export * from './relocation-state.js';
export * from './system-commands.js';
export * from './told-agencies.js';

/** Every process that the worker runs. */
export const processManagers: readonly ProcessManager<unknown, RelocationFacts>[] = [
  relocationProcess,
  areaWatch,
  documentRequests,
  protectedDataProcess,
  glassWatch,
  confirmationWatch,
  toldAgencies,
];
