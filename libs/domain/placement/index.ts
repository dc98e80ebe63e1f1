export * from './placement.commands.js';
export * from './placement.events.js';
export * from './placement.decider.js';
