export * from './consent.commands.js';
export * from './consent.events.js';
export * from './consent.decider.js';
