export * from './claim.decider.js';
export * from './relocation.commands.js';
export * from './relocation.decider.js';
export * from './relocation.events.js';
