export * from './erasure.commands.js';
export * from './erasure.decider.js';
export * from './erasure.events.js';
export * from './retention-rules.js';
