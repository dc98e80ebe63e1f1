export * from './command-executor.js';
export * from './intents.js';
export * from './organisations.js';
export * from './reference/municipalities.js';
export * from './reference/organisations.js';
export * from './seed/officials.js';
