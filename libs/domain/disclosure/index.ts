export * from './agencies.js';
export {
  holdersOf,
  mostContacts,
  nobodyYet,
  type OfficeKey,
  officeTold,
  type People,
  peopleAfter,
} from './contacts.js';
export type { Declared } from './declared.js';
export * from './disclosure.commands.js';
export * from './disclosure.decider.js';
export * from './disclosure.events.js';
export * from './inquiry.commands.js';
export * from './inquiry.decider.js';
export * from './inquiry.events.js';
export * from './legal-bases.js';
export * from './provider-instruction.js';
export * from './provisions.js';
export * from './served-decision.commands.js';
export * from './served-decision.decider.js';
export * from './served-decision.events.js';
export * from './weighing.js';
