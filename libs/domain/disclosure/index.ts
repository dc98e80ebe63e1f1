export * from './disclosure.commands.js';
export * from './disclosure.decider.js';
export * from './disclosure.events.js';
export * from './legal-bases.js';
export * from './provisions.js';
