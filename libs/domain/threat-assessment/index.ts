export * from './threat-assessment.commands.js';
export * from './threat-assessment.events.js';
