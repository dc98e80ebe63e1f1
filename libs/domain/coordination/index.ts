export * from './coordination.commands.js';
export * from './coordination.decider.js';
export * from './coordination.events.js';
export * from './rules-2026.js';
