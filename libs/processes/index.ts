export * from './area-watch.js';
export * from './disclosure-law.js';
export * from './follow-ups.js';
export * from './relocation-process.js';
export * from './relocation-state.js';
export * from './system-commands.js';
