export * from './coordination.commands.js';
export * from './coordination.events.js';
