export * from './appointment.commands.js';
export * from './appointment.decider.js';
export * from './appointment.events.js';
