export * from './threat-assessment.commands.js';
export * from './threat-assessment.decider.js';
export * from './threat-assessment.events.js';
