export * from './destination.commands.js';
export * from './destination.events.js';
export * from './area.decider.js';
export * from './destination.decider.js';
