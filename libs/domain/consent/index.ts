export * from './consent.commands.js';
export * from './consent.events.js';
