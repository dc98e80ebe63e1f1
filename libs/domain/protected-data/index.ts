export * from './exposed-registers.js';
export * from './notice-text.js';
export * from './protected-data.commands.js';
export * from './protected-data.decider.js';
export * from './protected-data.events.js';
export * from './protection-clocks.js';
export * from './protection-news.js';
