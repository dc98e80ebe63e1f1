export * from './access-report.decider.js';
export * from './log-review.commands.js';
export * from './log-review.events.js';
export * from './review-rules.js';
export * from './review.decider.js';
