export * from './appointment.commands.js';
export * from './appointment.events.js';
