export * from './destination.commands.js';
export * from './destination.events.js';
