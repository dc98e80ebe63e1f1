export * from './relocation.commands.js';
export * from './relocation.events.js';
