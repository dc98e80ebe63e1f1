export * from './placement.commands.js';
export * from './placement.events.js';
