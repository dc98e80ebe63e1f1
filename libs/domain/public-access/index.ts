export * from './public-access.commands.js';
export * from './public-access.decider.js';
export * from './public-access.events.js';
export * from './refusal-text.js';
export * from './register.decider.js';
export * from './register-rules.js';
export * from './registry-number.js';
export * from './secrecy.js';
