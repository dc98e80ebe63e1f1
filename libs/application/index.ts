export * from './intents.js';
export * from './reference/municipalities.js';
