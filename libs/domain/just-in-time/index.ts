export * from './glass.decider.js';
export * from './joint-opening.decider.js';
export * from './just-in-time-rules.js';
export * from './just-in-time.commands.js';
export * from './just-in-time.events.js';
